/** Chooses how a browser takes the file. */
import { words } from '../../app/words.ts';
import { RadioRow } from '../../ui/radio-row.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { LinkOpening } from './link-opening.ts';
import styles from './opening-choice.module.css';

interface OpeningChoiceProps {
  readonly opening: LinkOpening;
  /** Several files keep their own names. */
  readonly count: number;
  readonly onChange: (opening: LinkOpening) => void;
}

export function OpeningChoice({ opening, count, onChange }: OpeningChoiceProps) {
  return (
    <div className={styles.choice}>
      <RadioRow
        label={words.opens}
        options={[
          { value: 'browser', label: words.inBrowser },
          { value: 'download', label: words.asDownload(count) },
        ]}
        value={opening.isDownload ? 'download' : 'browser'}
        onChange={(value) => onChange({ ...opening, isDownload: value === 'download' })}
      />
      {opening.isDownload && count === 1 ? (
        <div className={styles.named}>
          <span>{words.named}</span>
          <TextField
            aria-label={words.downloadName}
            className={styles.name ?? ''}
            maxLength={255}
            value={opening.name}
            onChange={(event) => onChange({ ...opening, name: event.target.value })}
          />
        </div>
      ) : null}
    </div>
  );
}
