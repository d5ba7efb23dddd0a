/** What stands beside a scroll bar's thumb while it is dragged. */
import styles from './thumb-bubble.module.css';

/** `top` as CSS has it: px, or text with a unit. */
export function ThumbBubble({ top, text }: { readonly top: number | string; readonly text: string }) {
  return (
    <div className={styles.bubble} style={{ top }}>
      {text}
    </div>
  );
}
