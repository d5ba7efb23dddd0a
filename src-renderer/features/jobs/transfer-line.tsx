/** A transfer in a line: its file, how far, how fast, when it ends, and why it waits or began anew. Drawn from plain data. */
import { CirclePause, CloudDownload } from 'lucide-react';
import type { Transfer } from '../../../src-shared/model/transfer.ts';
import { formatLeft } from '../../app/format.ts';
import { words } from '../../app/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { TruncatedName } from '../../ui/truncated-name.tsx';
import { percentHere } from '../look/transfers-store.ts';
import { roundedLeft } from '../status/job-pace.ts';
import styles from './transfers.module.css';

/** Why it stands still, and why it began anew; empty where neither. */
export function transferNote({ state, purpose, restarted }: Pick<Transfer, 'state' | 'purpose' | 'restarted'>): string {
  return [
    purpose === 'ranges' ? words.transferRanges : '',
    words.transferStates[state],
    restarted === null ? '' : words.restarted[restarted],
  ]
    .filter((part) => part !== '')
    .join(', ');
}

export function TransferLine({ transfer }: { readonly transfer: Transfer }) {
  const { name, canonical, bytes, size, state, rate, secondsLeft } = transfer;
  const percent = percentHere(transfer);
  const received = words.received(bytes, size);
  const isRunning = state === 'running';
  const facts = [
    isRunning && rate !== null ? words.rateOf(rate) : '',
    isRunning && secondsLeft !== null ? words.timeLeft(formatLeft(roundedLeft(secondsLeft))) : '',
    transferNote(transfer),
  ]
    .filter((part) => part !== '')
    .join(' · ');
  return (
    <li className={styles.line}>
      <Icon of={isRunning ? CloudDownload : CirclePause} size={12} className={isRunning ? styles.running : styles.still} />
      <span className={styles.name} title={canonical}>
        <TruncatedName name={name} />
      </span>
      <progress
        className={styles.progress}
        max={100}
        value={percent < 0 ? undefined : percent}
        aria-label={name}
        aria-valuetext={received}
      />
      <span className={styles.received}>{received}</span>
      <span className={styles.facts} title={facts}>
        {facts}
      </span>
    </li>
  );
}
