/** The hairline between panes, beside or above them: 1 px seen, 8 px grabbed, moved by pointer or arrows, put back by a double click. */
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import styles from './splitter.module.css';

interface SplitterProps {
  readonly label: string;
  /** Of the line itself; a horizontal one sizes the height of what lies above or below it. */
  readonly orientation?: 'vertical' | 'horizontal';
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  /** Which side the pane it sizes lies on. */
  readonly pane: 'before' | 'after';
  readonly onChange: (size: number) => void;
  /** Called where it is dragged well below the minimum: the pane snaps shut. */
  readonly onCollapse: () => void;
}

const arrowStep = 16;

/** Sizes a pane, in pixels. */
export function Splitter({ label, orientation = 'vertical', value, min, max, initial, pane, onChange, onCollapse }: SplitterProps) {
  const drag = useRef<{ at: number; size: number } | null>(null);
  const isVertical = orientation === 'vertical';
  const placeOf = (event: PointerEvent) => (isVertical ? event.clientX : event.clientY);
  const [less, more] = isVertical ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  const towardsLarger = pane === 'before' ? 1 : -1;

  function move(event: PointerEvent) {
    if (!drag.current) return;
    const size = drag.current.size + (placeOf(event) - drag.current.at) * towardsLarger;
    if (size < min / 2) {
      drag.current = null;
      onCollapse();
    } else onChange(Math.round(Math.min(max, Math.max(min, size))));
  }

  function press(event: KeyboardEvent) {
    const step = event.key === more ? arrowStep : event.key === less ? -arrowStep : 0;
    if (step === 0) return;
    event.preventDefault();
    onChange(Math.min(max, Math.max(min, value + step * towardsLarger)));
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be focused and moved; ARIA's window splitter is a focusable separator.
    <div
      role="separator"
      tabIndex={0}
      aria-orientation={orientation}
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={min}
      aria-valuemax={max}
      className={[styles.splitter, isVertical ? '' : styles.horizontal].join(' ')}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { at: placeOf(event), size: value };
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
