/** How much of a picture has come, said once it takes so long that somebody asks. */
import { useEffect, useState } from 'react';
import { words } from '../../app/words.ts';
import styles from './loading-line.module.css';

/** Nothing is said before, in ms. */
const saidAfter = 400;

interface LoadingLineProps {
  readonly name: string;
  /** In bytes; null before the first comes. */
  readonly received: number | null;
  readonly total: number | null;
}

export function LoadingLine({ name, received, total }: LoadingLineProps) {
  const [isSaid, setSaid] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSaid(true), saidAfter);
    return () => clearTimeout(timer);
  }, []);
  if (!isSaid || (received === null && total === null)) return null;
  const text = received === null ? words.loadingSize(total ?? 0) : words.received(received, total);
  return (
    <div
      role="progressbar"
      aria-label={words.loadingPicture(name)}
      aria-valuetext={text}
      {...(received === null || total === null ? {} : { 'aria-valuenow': received, 'aria-valuemin': 0, 'aria-valuemax': total })}
      className={styles.line}
    >
      {text}
    </div>
  );
}
