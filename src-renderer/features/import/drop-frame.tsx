/** The frame around the place that is dragged over, with what a drop there does or why it does nothing. */
import { useIn, useSession } from '../../app/session.ts';
import styles from './drop-frame.module.css';

/** Lower places have no room for words inside; they stand beside them. In px. */
const leastHeight = 96;

export function DropFrame() {
  const session = useSession();
  const hovered = useIn(session.drop, (state) => state.hovered);
  if (!hovered) return null;
  const { left, width, height } = hovered.frame;
  const isLow = height < leastHeight;
  const isWide = left + 2 * width > window.innerWidth;
  const place = isLow ? (isWide ? styles.below : styles.beside) : '';
  return (
    <div
      className={[styles.frame, isLow ? styles.low : '', place, hovered.isRefused ? styles.refused : ''].join(' ')}
      style={hovered.frame}
    >
      <span className={styles.text}>{hovered.text}</span>
    </div>
  );
}
