/** What is known of the focused row. Nothing is asked by looking; beside what is not known stands Ask. */

import { MousePointerClick } from 'lucide-react';
import { useState } from 'react';
import { sayError } from '../../app/notice-store.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { EmptyPlace } from '../../ui/empty-place.tsx';
import { dropCopies } from '../cache/cache-deeds.ts';
import { givenAddress } from '../import/copy-rows.ts';
import { copyAgain, forgetLink, issueAnew, showIssued } from '../issued/issued-deeds.ts';
import { IssuedSection } from '../issued/issued-section.tsx';
import { useIssued } from '../issued/use-issued.ts';
import { showFindings } from '../look/copy-commands.tsx';
import { checkSelection, decide, fetchFiles, keepSelection } from '../look/copy-deeds.ts';
import { openTest } from '../settings/settings-deeds.ts';
import { copyText, retryCell } from '../table/row-deeds.ts';
import { selectedCount } from '../table/selection.ts';
import styles from './inspector.module.css';
import { InspectorView, mediaShown } from './inspector-view.tsx';
import { useAccess } from './use-access.ts';
import { useCopy } from './use-copy.ts';
import { useInspection } from './use-inspection.ts';

/** The whole pane. */
export function Inspector() {
  const session = useSession();
  const { inspection, reload } = useInspection();
  const table = useIn(session.table, (state) => state.table);
  const focusColumn = useIn(session.table, (state) => state.selection.focus.column);
  const count = useIn(session.table, (state) => selectedCount(state.selection));
  const [isAsking, setAsking] = useState(false);
  const media = table && inspection ? mediaShown(table, inspection, focusColumn) : undefined;
  const access = useAccess(media?.canonical ?? null, media?.askedAt ?? null);
  const copy = useCopy(media && !media.held ? media.referenceId : null, media?.canonical ?? null);
  const issued = useIssued(media?.canonical ?? null);

  if (!table || !inspection) return <EmptyPlace icon={MousePointerClick} text={words.selectRow} />;

  const cellMedia = inspection.cells.find((cell) => cell.media?.referenceId === media?.referenceId)?.media;
  const thisRow = { rowIds: [inspection.rowId] };

  async function ask(referenceId: number): Promise<void> {
    setAsking(true);
    const answer = await session.client.files.ask({ referenceId, level: 'header' });
    setAsking(false);
    if (!answer.ok) sayError(session.notices, answer.error);
    reload();
  }

  return (
    <div className={styles.inspector}>
      {count > 1 ? <p className={styles.several}>{words.several(count)}</p> : null}
      <InspectorView
        table={table}
        inspection={inspection}
        focusColumn={focusColumn}
        now={session.now()}
        isAsking={isAsking}
        onAsk={(referenceId) => void ask(referenceId)}
        access={access}
        onTestAccess={(address) => openTest(session, address, { isWhole: true })}
        copy={copy}
        copyDeeds={{
          onFetch: () => void (cellMedia && fetchFiles(session, [givenAddress(cellMedia)]).then(reload)),
          onKeep: (isOn) => void keepSelection(session, thisRow, isOn).then(reload),
          onDrop: () => void (media && dropCopies(session, [media.canonical]).then(reload)),
          onCheck: () => void checkSelection(session, thisRow, (result) => showFindings(session, result)).then(reload),
          onDecide: (choice) => void (media && decide(session, [media.referenceId], choice).then(reload)),
        }}
        onOpen={() => session.look.setState({ isLoupeOpen: true })}
        issued={
          issued && (
            <IssuedSection
              issued={issued}
              now={session.now()}
              onCopy={(entry) => void copyAgain(session, entry)}
              onReissue={(entry) => issueAnew(session, entry)}
              onForget={(entry) => void forgetLink(session, entry)}
              onShowAll={() => showIssued(session, issued.reference)}
            />
          )
        }
        onCopyDetails={(report) => void copyText(session, report, words.copied(words.errorDetails))}
        onRetry={(column) => void retryCell(session, column, inspection.rowId).then(reload)}
      />
    </div>
  );
}
