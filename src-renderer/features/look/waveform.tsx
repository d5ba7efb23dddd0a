/** A sound as a picture: bars about a middle line, in the colour of the text around it. */
import { useMemo } from 'react';
import { barsOf, outlineOf } from './sound-peaks.ts';

/** Fills what is around it. `bars` is how many fit at most; what it shows is said by what stands beside it. */
export function Waveform({
  peaks,
  bars,
  className,
}: {
  readonly peaks: readonly number[];
  readonly bars: number;
  readonly className?: string | undefined;
}) {
  const shown = useMemo(() => barsOf(peaks, bars), [peaks, bars]);
  const outline = useMemo(() => outlineOf(shown), [shown]);
  return (
    <svg
      viewBox={`0 0 ${Math.max(1, shown.length) * 2} 2`}
      preserveAspectRatio="none"
      aria-hidden
      className={className}
      fill="currentColor"
    >
      <path d={outline} />
    </svg>
  );
}
