/** What a check for changes found, a line each: what lies upstream now, or why it could not be asked. Drawn from plain data. */
import { RefreshCcwDot, TriangleAlert } from 'lucide-react';
import type { HealthFinding, HealthResult } from '../../../src-shared/contract/health.ts';
import { formatInstant, formatSize } from '../../app/format.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { ChangeChoice } from './copy-deeds.ts';
import styles from './findings-sheet.module.css';

interface FindingsSheetProps {
  readonly result: HealthResult;
  /** For all that changed. */
  readonly onDecide: (choice: ChangeChoice) => void;
  readonly onClose: () => void;
}

/** Of one that changed: size, date and ETag there now, as far as they are known. */
export function findingText({ found, remote, error }: Pick<HealthFinding, 'found' | 'remote' | 'error'>): string {
  if (found === 'failed') return error ? [error.message, error.next].filter(Boolean).join(' ') : '';
  const parts = [
    remote?.size == null ? '' : formatSize(remote.size),
    remote?.modified ? formatInstant(remote.modified) : '',
    remote?.etag ?? '',
  ];
  return [words.changedUpstream, parts.filter((part) => part !== '').join(', ')].filter((part) => part !== '').join(': ');
}

export function FindingsSheet({ result, onDecide, onClose }: FindingsSheetProps) {
  const { findings, changed, failed } = result;
  const isAll = changed + failed <= findings.length;
  function choose(choice: ChangeChoice): void {
    onDecide(choice);
    onClose();
  }
  return (
    <Dialog
      wide
      title={words.findingsTitle}
      onClose={onClose}
      foot={
        changed > 0 ? (
          <>
            <Button onClick={onClose}>{words.close}</Button>
            <Button onClick={() => choose('keep')}>{words.keepHere}</Button>
            <Button look="main" onClick={() => choose('take_new')}>
              {words.takeNew}
            </Button>
          </>
        ) : (
          <Button look="main" onClick={onClose}>
            {words.close}
          </Button>
        )
      }
    >
      <p>{words.checkResult(result)}</p>
      <ul className={styles.list} aria-label={words.findingsList}>
        {findings.map((finding) => (
          <li key={finding.referenceId} className={styles.finding}>
            <Icon
              of={finding.found === 'changed' ? RefreshCcwDot : TriangleAlert}
              className={finding.found === 'changed' ? styles.changed : styles.failed}
            />
            <span className={styles.what}>
              <span className={styles.address}>{finding.canonical}</span>
              <span className={styles.text}>{findingText(finding)}</span>
            </span>
            <span className={styles.rows}>{words.findingRows(finding.rows)}</span>
          </li>
        ))}
      </ul>
      {isAll ? null : <p className={styles.text}>{words.findingsMore(changed + failed - findings.length)}</p>}
    </Dialog>
  );
}
