/** The field of an expression: the wrong part underlined, proposals at the caret. */
import { type KeyboardEvent, type Ref, useId, useRef, useState } from 'react';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import type { Column } from '../../../src-shared/model/table.ts';
import { words } from '../../app/words.ts';
import { LinesField } from '../../ui/text-field.tsx';
import styles from './column-panel.module.css';
import { type Completion, complete, completionsAt } from './completion.ts';

interface ExpressionFieldProps {
  readonly value: string;
  readonly columns: readonly Column[];
  readonly error: VitrineError | null;
  readonly onChange: (text: string) => void;
  readonly onDone: () => void;
  readonly field?: Ref<HTMLTextAreaElement>;
}

/** A text field of several lines over a copy of its text that carries the underline; a list of proposals below. Tab moves on when no list is open. */
export function ExpressionField({ value, columns, error, onChange, onDone }: ExpressionFieldProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const help = useId();
  const [proposals, setProposals] = useState<readonly Completion[]>([]);
  const [chosen, setChosen] = useState(0);
  const position = error?.details?.position;

  function follow(text: string): void {
    setProposals(completionsAt(text, area.current?.selectionStart ?? text.length, columns));
    setChosen(0);
  }

  function take(proposal: Completion | undefined): void {
    const element = area.current;
    if (!proposal || !element) return;
    const done = complete(value, element.selectionStart, proposal);
    onChange(done.text);
    setProposals([]);
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(done.caret, done.caret);
    });
  }

  function press(event: KeyboardEvent): void {
    const isOpen = proposals.length > 0;
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      onDone();
    } else if (isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      setChosen((now) => (now + (event.key === 'ArrowDown' ? 1 : proposals.length - 1)) % proposals.length);
    } else if (isOpen && (event.key === 'Enter' || event.key === 'Tab')) {
      event.preventDefault();
      take(proposals[chosen]);
    } else if (isOpen && event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      setProposals([]);
    }
  }

  return (
    <div className={styles.expression}>
      <div className={styles.mirror} aria-hidden="true">
        {position ? (
          <>
            {value.slice(0, position.start)}
            <mark className={styles.wrong}>{value.slice(position.start, Math.max(position.end, position.start + 1)) || ' '}</mark>
            {value.slice(Math.max(position.end, position.start + 1))}
          </>
        ) : (
          value
        )}
      </div>
      <LinesField
        ref={area}
        aria-label={words.expression}
        aria-multiline="true"
        aria-autocomplete="list"
        aria-controls={proposals.length > 0 ? list : undefined}
        aria-activedescendant={proposals.length > 0 ? `${list}-${chosen}` : undefined}
        aria-invalid={error !== null}
        aria-describedby={error ? help : undefined}
        className={styles.area ?? ''}
        rows={4}
        value={value}
        placeholder={words.expressionPlaceholder}
        onChange={(event) => {
          onChange(event.target.value);
          follow(event.target.value);
        }}
        onKeyDown={press}
        onBlur={() => setProposals([])}
      />
      {proposals.length > 0 ? (
        <div role="listbox" id={list} aria-label={words.proposals} className={styles.proposals}>
          {proposals.map((proposal, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus; the option is named by aria-activedescendant.
            <div
              key={proposal.label}
              role="option"
              id={`${list}-${index}`}
              aria-selected={index === chosen}
              className={styles.proposal}
              onMouseDown={(event) => {
                event.preventDefault();
                take(proposal);
              }}
            >
              <code>{proposal.label}</code>
              <span className={styles.detail}>{proposal.detail}</span>
            </div>
          ))}
        </div>
      ) : null}
      {error ? (
        <p id={help} role="alert" className={styles.error}>
          {error.message}
          {position ? ` ${words.at(position.line, position.column)}` : ''}
          {position && error.details?.suggestion ? (
            <button
              type="button"
              className={styles.suggestion}
              onClick={() => onChange(value.slice(0, position.start) + error.details?.suggestion + value.slice(position.end))}
            >
              {words.didYouMean(error.details.suggestion)}
            </button>
          ) : error.next ? (
            ` ${error.next}`
          ) : null}
        </p>
      ) : null}
    </div>
  );
}
