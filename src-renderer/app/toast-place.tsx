/** The one toast, bottom left over the content, and what is spoken: a polite and an assertive region that are always there. */
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { dismissToast } from './notice-store.ts';
import { useIn, useSession } from './session.ts';
import styles from './toast-place.module.css';
import { words } from './words.ts';

/** A toast leaves after this, in ms, unless the pointer or the focus rests on it. */
const shownMilliseconds = 8000;

export function ToastPlace() {
  const session = useSession();
  const toast = useIn(session.notices, (state) => state.toast);
  const [isHeld, setHeld] = useState(false);
  const id = toast?.id;

  useEffect(() => {
    if (id === undefined || isHeld) return;
    const timer = setTimeout(() => dismissToast(session.notices, id), shownMilliseconds);
    return () => clearTimeout(timer);
  }, [session, id, isHeld]);

  if (!toast) return null;
  const close = () => {
    setHeld(false);
    dismissToast(session.notices, toast.id);
  };
  return (
    <section
      aria-label={toast.text}
      className={[styles.toast, toast.tone === 'error' ? styles.error : ''].join(' ')}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={styles.text}>{toast.text}</span>
      {toast.action ? (
        <Button
          look="link"
          onClick={() => {
            toast.action?.run();
            close();
          }}
        >
          {toast.action.label}
        </Button>
      ) : null}
      <IconButton label={words.close} onClick={close}>
        <Icon of={X} size={12} />
      </IconButton>
    </section>
  );
}

/** Never removed, so that a screen reader hears each change of its text. */
export function LiveRegions() {
  const session = useSession();
  const { polite, assertive } = useIn(session.notices, (state) => state);
  return (
    <>
      <div className="visually-hidden" role="status" aria-live="polite">
        {polite}
      </div>
      <div className="visually-hidden" role="alert" aria-live="assertive">
        {assertive}
      </div>
    </>
  );
}
