/** Every key of the window, by where it is heard. */
import type { Command } from '../../app/command.ts';
import { showKeys } from '../../app/keyboard.ts';
import { useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { shortcutGroups } from './shortcut-groups.ts';
import styles from './shortcut-sheet.module.css';

export function ShortcutSheet({ commands, onClose }: { readonly commands: readonly Command[]; readonly onClose: () => void }) {
  const { isMac } = useSession();
  return (
    <Dialog title={words.shortcuts} wide onClose={onClose} foot={<Button onClick={onClose}>{words.close}</Button>}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it may be longer than the sheet, so the keyboard must reach it. */}
      <section className={styles.scroller} tabIndex={0} aria-label={words.shortcuts}>
        <div className={styles.groups}>
          {shortcutGroups(commands).map(({ title, shortcuts }) => (
            <section key={title} className={styles.group}>
              <h3 className={styles.title}>{title}</h3>
              <dl className={styles.list}>
                {shortcuts.map((shortcut) => (
                  <div key={shortcut.title} className={styles.line}>
                    <dt>{shortcut.title}</dt>
                    <dd className={styles.keys}>
                      {shortcut.keys.map((key) => (
                        <kbd key={key} className={styles.key}>
                          {showKeys(key, isMac)}
                        </kbd>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </section>
    </Dialog>
  );
}
