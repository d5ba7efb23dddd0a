/** The link sheet: how long, until when that truly is and who decides it, as whom; then copy. */
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Address } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { canShowInFolder, showInFolder } from '../look/outside-commands.ts';
import { copyText, countInHand, mediaColumn } from '../table/row-deeds.ts';
import { LifeChoice } from './life-choice.tsx';
import { chosenSeconds, copyIssued, copyPath, issueLinks, keepSeconds, mediaInHand } from './link-deeds.ts';
import { LinkFacts, Row } from './link-facts.tsx';
import { type Life, lifeOf, presets, secondsOf } from './link-life.ts';
import styles from './link-sheet.module.css';
import { useLinkSummary } from './use-link-summary.ts';

const formId = 'link-sheet';

/** For the rows in hand when it was opened. `onReopen` opens it again, from the toast of what was copied. */
export function LinkSheet({ onClose, onReopen }: { readonly onClose: () => void; readonly onReopen: () => void }) {
  const session = useSession();
  const [life, setLife] = useState<Life | null>(null);
  const [isTouched, setTouched] = useState(false);
  const [isCopying, setCopying] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const [{ count, media, column }] = useState(() => ({
    count: countInHand(session),
    media: mediaInHand(session),
    column: mediaColumn(session),
  }));
  const now = session.now();
  const seconds = life && secondsOf(life, now);
  // A date is the same date a second later; only what changes the life asks for new signatures.
  const { summary, isSigning, isRefused } = useLinkSummary(seconds === null ? null : JSON.stringify(life), life);

  useEffect(() => {
    void chosenSeconds(session).then((chosen) => setLife(lifeOf(chosen)));
  }, [session]);

  // Of credentials whose end nobody knows a short link is proposed; what the person chooses stands.
  const isUnsure = summary?.limitedBy === 'unknown' && !summary.isWeb;
  useEffect(() => {
    if (isUnsure && !isTouched)
      setLife((chosen) => (chosen && (secondsOf(chosen, session.now()) ?? 0) > presets[1] ? lifeOf(presets[1]) : chosen));
  }, [isUnsure, isTouched, session]);

  async function copy(): Promise<void> {
    const asked = life && secondsOf(life, session.now());
    if (asked === null || off !== null || isCopying) return;
    setCopying(true);
    const outcomes = await issueLinks(session, asked);
    const isCopied = outcomes !== null && (await copyIssued(session, outcomes, onReopen));
    setCopying(false);
    if (!isCopied) return;
    if (life?.kind !== 'date') keepSeconds(session, asked);
    onClose();
  }

  const isOnlyLocal = summary?.isLocal === true && summary.ends.length === 0;
  const problem = life !== null && life.kind !== 'preset' && seconds === null ? words.wrongLife[life.kind] : null;
  const off = problem ?? (isRefused || summary?.ends.length === 0 ? words.noLinkMade : null);
  const isWeb = count === 1 && (media?.scheme === 'http' || media?.scheme === 'https');
  const isLocal = count === 1 && media?.scheme === 'file';
  const plain = summary?.plain ?? null;

  return (
    <Dialog
      title={words.linkTo(media?.name ?? '', count)}
      onClose={onClose}
      initialFocus={button}
      foot={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          {isOnlyLocal && canShowInFolder(session) ? (
            <Button onClick={() => void showInFolder(session).then(onClose)}>{words.showInFolder}</Button>
          ) : null}
          {isOnlyLocal && count === 1 ? (
            <Button ref={button} look="main" onClick={() => void copyPath(session).then((isCopied) => isCopied && onClose())}>
              {words.copyPath}
            </Button>
          ) : (
            <Button ref={button} look="main" type="submit" form={formId} disabledReason={off}>
              {words.copyLinks(summary && summary.ends.length > 0 ? summary.ends.length : count)}
            </Button>
          )}
        </>
      }
    >
      <form
        id={formId}
        className={styles.sheet}
        onSubmit={(event) => {
          event.preventDefault();
          void copy();
        }}
      >
        {plain === null ? null : (
          <Row label={words.publicFile}>
            <div className={styles.plain}>
              <Address text={plain} />
              <Button
                aria-label={words.copyPlainLink}
                onClick={() => void copyText(session, plain, words.plainLinkCopied).then((isCopied) => isCopied && onClose())}
              >
                {words.copy}
              </Button>
            </div>
          </Row>
        )}
        {life === null || isWeb || isLocal ? null : (
          <div className={styles.row}>
            <span className={styles.label}>{words.validFor}</span>
            <div className={styles.value}>
              {column?.isVolatile ? (
                words.lifeOfColumn(column.name)
              ) : (
                <LifeChoice
                  life={life}
                  now={now}
                  onChange={(next) => {
                    setTouched(true);
                    setLife(next);
                  }}
                />
              )}
            </div>
          </div>
        )}
        <LinkFacts
          summary={summary}
          seconds={seconds}
          problem={problem}
          isSigning={isSigning}
          now={now}
          onCopyLogin={(command) => void copyText(session, command, words.copied(words.login))}
        />
      </form>
      <p className={styles.foot}>{words.linkFoot}</p>
    </Dialog>
  );
}
