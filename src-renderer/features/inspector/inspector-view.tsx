/** The inspector drawn from plain data. */
import { Copy, RotateCw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AccessFacts } from '../../../src-shared/model/access.ts';
import type { Cell } from '../../../src-shared/model/cell.ts';
import type { Column, Table } from '../../../src-shared/model/table.ts';
import { formatAgo, formatInstant, formatSize } from '../../app/format.ts';
import { words } from '../../app/words.ts';
import { Address } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { FactSection, Facts } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { errorText, linkText, valueText } from '../table/cell-text.ts';
import { AccessSection } from './access-section.tsx';
import { archiveText } from './archive-text.ts';
import { type CopyDeeds, CopySection } from './copy-section.tsx';
import { errorFacts, errorReport } from './error-facts.ts';
import styles from './inspector.module.css';
import { mediaFacts } from './media-facts.ts';
import { Preview } from './preview.tsx';
import type { CopyNow } from './use-copy.ts';
import type { Inspection } from './use-inspection.ts';

interface InspectorViewProps {
  readonly table: Table;
  readonly inspection: Inspection;
  /** The media of the focused cell is shown, else the row's first. */
  readonly focusColumn: number;
  readonly now: number;
  readonly isAsking: boolean;
  readonly onAsk: (referenceId: number) => void;
  readonly onRetry: (column: string) => void;
  readonly onCopyDetails: (report: string) => void;
  /** Shows the file large. */
  readonly onOpen: () => void;
  /** The section of links that were handed out to the file. */
  readonly issued: ReactNode;
  /** What is known of the way to the file; null while it is not known, or there is no more to it than its address. */
  readonly access: AccessFacts | null;
  readonly onTestAccess: (address: string) => void;
  readonly copy: CopyNow;
  readonly copyDeeds: CopyDeeds;
}

export function InspectorView({
  table,
  inspection,
  focusColumn,
  now,
  isAsking,
  onAsk,
  onRetry,
  onCopyDetails,
  onOpen,
  issued,
  access,
  onTestAccess,
  copy,
  copyDeeds,
}: InspectorViewProps) {
  const media = mediaShown(table, inspection, focusColumn);
  const cell = inspection.cells[table.columns.findIndex((column) => column.name === media?.column)]?.media;
  const cells = table.columns.flatMap((column, place) => {
    const one = inspection.cells[place];
    return one && column.kind !== 'media' ? [{ column, cell: one }] : [];
  });
  const computed = cells.filter(({ column }) => column.kind === 'computed');
  const plain = cells.filter(({ column, cell: one }) => column.kind === 'plain' && one.value !== null);

  return (
    <>
      {media && cell ? (
        <>
          <Preview key={media.referenceId} media={cell} onOpen={onOpen} />
          <h2 className={styles.name}>{cell.name}</h2>
          <FactSection title={words.reference}>
            <Address text={media.typed} />
            <Facts
              facts={[
                [words.canonical, media.canonical === media.typed ? null : <Address key="address" text={media.canonical} />],
                [words.provider, media.provider],
              ]}
            />
          </FactSection>
          {access ? <AccessSection access={access} now={now} onTest={() => onTestAccess(media.canonical)} /> : null}
          <FactSection
            title={words.remoteFile}
            aside={
              <>
                {media.askedAt ? words.asked(formatAgo(media.askedAt, now)) : words.notAsked}
                <Button
                  look="link"
                  disabledReason={isAsking ? words.loading(words.remoteFile) : null}
                  onClick={() => onAsk(media.referenceId)}
                >
                  {media.askedAt ? words.askAgain : words.ask}
                </Button>
              </>
            }
          >
            {media.remote ? (
              <Facts
                facts={[
                  [words.size, media.remote.size === null ? null : formatSize(media.remote.size)],
                  [words.type, media.remote.type],
                  [words.changed, media.remote.modified && formatInstant(media.remote.modified)],
                  [words.etag, media.remote.etag && <code className={styles.code}>{media.remote.etag}</code>],
                  [words.storageClass, media.remote.storageClass],
                  [words.archive, archiveText(media.remote)],
                  [words.billing, media.remote.billed ? words.billedToReader : null],
                ]}
              />
            ) : null}
          </FactSection>
          <CopySection
            cell={cell}
            held={media.held}
            remote={media.remote}
            upstream={media.upstream}
            copy={copy}
            now={now}
            deeds={copyDeeds}
          />
          {media.facts ? (
            <FactSection title={words.media}>
              <Facts facts={mediaFacts(media.facts)} />
            </FactSection>
          ) : null}
        </>
      ) : null}
      {computed.length > 0 ? (
        <FactSection title={words.computedColumns}>
          {computed.map(({ column, cell: one }) => (
            <ComputedFact
              key={column.id}
              column={column}
              cell={one}
              now={now}
              onRetry={() => onRetry(column.name)}
              onCopyDetails={onCopyDetails}
            />
          ))}
        </FactSection>
      ) : null}
      {plain.length > 0 ? (
        <FactSection title={words.values}>
          <Facts facts={plain.map(({ column, cell: one }) => [column.name, valueText(one.value)])} />
        </FactSection>
      ) : null}
      {issued}
    </>
  );
}

/** The media of the focused cell, else the row's first. */
export function mediaShown(table: Table, inspection: Inspection, focusColumn: number): Inspection['media'][number] | undefined {
  const focused = table.columns[focusColumn]?.name;
  return inspection.media.find((one) => one.column === focused) ?? inspection.media[0];
}

/** A computed cell with its state; a failed one says why and what to do. */
function ComputedFact({
  column,
  cell,
  now,
  onRetry,
  onCopyDetails,
}: {
  readonly column: Column;
  readonly cell: Cell;
  readonly now: number;
  readonly onRetry: () => void;
  readonly onCopyDetails: (report: string) => void;
}) {
  const said = column.isVolatile
    ? linkText(cell, now)
    : cell.state === 'pending'
      ? words.notComputed
      : cell.state === 'running'
        ? words.running
        : valueText(cell.value);
  if (cell.state !== 'error' || !cell.error)
    return <Facts facts={[[column.name, cell.state === 'stale' ? `${said} (${words.stale})` : said || words.emptyCell]]} />;
  const { error } = cell;
  return (
    <div className={styles.failed}>
      <Facts
        facts={[
          [
            column.name,
            <span key="error" className={styles.error}>
              <Icon of={TriangleAlert} size={12} /> {errorText(cell)}
            </span>,
          ],
        ]}
      />
      <p className={styles.message}>
        {error.message} {error.next}
      </p>
      <Facts facts={errorFacts(error)} />
      <div className={styles.deeds}>
        <Button look="quiet" icon={<Icon of={RotateCw} />} onClick={onRetry}>
          {words.retry}
        </Button>
        <Button look="quiet" icon={<Icon of={Copy} />} onClick={() => onCopyDetails(errorReport(column.name, error))}>
          {words.copyDetails}
        </Button>
      </div>
    </div>
  );
}
