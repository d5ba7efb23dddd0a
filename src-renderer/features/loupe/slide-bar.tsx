/** A bar with a thumb: the place in what plays, or the volume. Moved by pointer and keys; parts of it can be marked. */
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import styles from './slide-bar.module.css';

interface SlideBarProps {
  readonly label: string;
  /** From 0 to `max`. */
  readonly value: number;
  readonly max: number;
  /** How far an arrow goes. */
  readonly step: number;
  readonly valueText: string;
  /** Parts to mark, between 0 and `max`. */
  readonly marked?: readonly { readonly start: number; readonly end: number }[];
  /** Why it cannot be moved. */
  readonly disabledReason?: string | null;
  readonly onChange: (value: number) => void;
}

const pagesAcross = 10;

/** Takes the width it is given. */
export function SlideBar({ label, value, max, step, valueText, marked = [], disabledReason, onChange }: SlideBarProps) {
  const isDragged = useRef(false);
  const share = (part: number) => (max > 0 ? Math.min(1, Math.max(0, part / max)) : 0);

  function slide(event: PointerEvent): void {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    if (width > 0) onChange(Math.min(1, Math.max(0, (event.clientX - left) / width)) * max);
  }

  function press(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: value - step,
      ArrowDown: value - step,
      ArrowRight: value + step,
      ArrowUp: value + step,
      PageDown: value - max / pagesAcross,
      PageUp: value + max / pagesAcross,
      Home: 0,
      End: max,
    };
    const next = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey ? undefined : moves[event.key];
    if (next === undefined || disabledReason) return;
    event.preventDefault();
    onChange(Math.min(max, Math.max(0, next)));
  }

  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(value, max)}
      aria-valuetext={valueText}
      aria-disabled={disabledReason ? true : undefined}
      title={disabledReason ?? undefined}
      className={styles.bar}
      onPointerDown={(event) => {
        if (event.button !== 0 || disabledReason) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        isDragged.current = true;
        slide(event);
      }}
      onPointerMove={(event) => {
        if (isDragged.current) slide(event);
      }}
      onPointerUp={() => {
        isDragged.current = false;
      }}
      onPointerCancel={() => {
        isDragged.current = false;
      }}
      onKeyDown={press}
    >
      <div className={styles.track} />
      {marked.map(({ start, end }) => (
        <div
          key={start}
          data-held
          className={styles.marked}
          style={{ left: `${share(start) * 100}%`, width: `${(share(end) - share(start)) * 100}%` }}
        />
      ))}
      <div className={styles.done} style={{ width: `${share(value) * 100}%` }} />
      <div className={styles.thumb} style={{ left: `${share(value) * 100}%` }} />
    </div>
  );
}
