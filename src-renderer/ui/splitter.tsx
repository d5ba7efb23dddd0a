/** The hairline between panes: 1 px seen, 8 px grabbed, moved by pointer or arrows, put back by a double click. */
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import styles from './splitter.module.css';

interface SplitterProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  /** Which side the pane it sizes lies on. */
  readonly pane: 'before' | 'after';
  readonly onChange: (width: number) => void;
  /** Called where it is dragged well below the minimum: the pane snaps shut. */
  readonly onCollapse: () => void;
}

const arrowStep = 16;

/** Sizes a pane, in pixels. */
export function Splitter({ label, value, min, max, initial, pane, onChange, onCollapse }: SplitterProps) {
  const drag = useRef<{ x: number; width: number } | null>(null);
  const towardsLarger = pane === 'before' ? 1 : -1;

  function move(event: PointerEvent) {
    if (!drag.current) return;
    const width = drag.current.width + (event.clientX - drag.current.x) * towardsLarger;
    if (width < min / 2) {
      drag.current = null;
      onCollapse();
    } else onChange(Math.round(Math.min(max, Math.max(min, width))));
  }

  function press(event: KeyboardEvent) {
    const step = event.key === 'ArrowRight' ? arrowStep : event.key === 'ArrowLeft' ? -arrowStep : 0;
    if (step === 0) return;
    event.preventDefault();
    onChange(Math.min(max, Math.max(min, value + step * towardsLarger)));
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be focused and moved; ARIA's window splitter is a focusable separator.
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={min}
      aria-valuemax={max}
      className={styles.splitter}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { x: event.clientX, width: value };
      }}
      onPointerMove={move}
      onPointerUp={() => {
        drag.current = null;
      }}
      onDoubleClick={() => onChange(initial)}
      onKeyDown={press}
    />
  );
}
