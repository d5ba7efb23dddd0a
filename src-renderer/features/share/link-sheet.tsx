/** The link sheet: how long, until when that truly is and who decides it, how it opens, as whom; then copy. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Address } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { RadioRow } from '../../ui/radio-row.tsx';
import { canShowInFolder, showInFolder } from '../look/outside-commands.ts';
import { copyText } from '../table/row-deeds.ts';
import { LifeChoice } from './life-choice.tsx';
import { type CopiedFormat, chosenLink, copiedFormats, copyIssued, copyPath, keepChosen } from './link-deeds.ts';
import { LinkFacts, Row, SignedFacts } from './link-facts.tsx';
import { type Life, lifeOf, presets, secondsOf } from './link-life.ts';
import { type LinkOpening, openingOf, openingWish } from './link-opening.ts';
import styles from './link-sheet.module.css';
import type { LinkSource, LinkWish } from './link-source.ts';
import { OpeningChoice } from './opening-choice.tsx';
import { useLinkSummary } from './use-link-summary.ts';

const formId = 'link-sheet';
const formats = copiedFormats.map((value) => ({ value, label: words.linkFormats[value] }));

interface LinkSheetProps {
  /** What links are made of, asked once when the sheet opens. */
  readonly source: () => LinkSource;
  readonly onClose: () => void;
  /** Opens it again, from the toast of what was copied. */
  readonly onReopen: () => void;
}

/** What is chosen in the sheet. */
interface Choice {
  readonly life: Life;
  readonly opening: LinkOpening;
  readonly format: CopiedFormat;
}

export function LinkSheet({ source: sourceNow, onClose, onReopen }: LinkSheetProps) {
  const session = useSession();
  const [source] = useState(sourceNow);
  const { count, name, scheme, column, before } = source;
  const [choice, setChoice] = useState<Choice | null>(null);
  const [isTouched, setTouched] = useState(false);
  const [isCopying, setCopying] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const now = session.now();
  const life = choice?.life ?? null;
  const seconds = life && secondsOf(life, now);
  // A date is the same date a second later; only what changes the wish asks for new signatures.
  const key = choice === null || seconds === null ? null : JSON.stringify([choice.life, openingWish(choice.opening, name)]);
  const isTyped = isTouched && (life?.kind !== 'preset' || choice?.opening.isDownload === true);
  const { summary, isSigning, isRefused, check } = useLinkSummary(key, source, wish, isTyped);

  function wish(): LinkWish | null {
    const asked = choice && secondsOf(choice.life, session.now());
    return asked === null ? null : { expiresSeconds: asked, ...openingWish(choice?.opening ?? noOpening, name) };
  }

  useEffect(() => {
    void chosenLink(session).then((chosen) => {
      const isDownload = chosen.isDownload ? { disposition: 'attachment' as const } : {};
      const first = before ?? { expiresSeconds: chosen.seconds, ...isDownload };
      setChoice({ life: lifeOf(first.expiresSeconds), opening: openingOf(first, name), format: chosen.format });
    });
  }, [session, before, name]);

  // Of credentials whose end nobody knows a short link is proposed; what the person chooses stands.
  const isUnsure = summary?.limitedBy === 'unknown' && !summary.isWeb;
  useEffect(() => {
    if (!isUnsure || isTouched) return;
    setChoice((chosen) =>
      chosen && (secondsOf(chosen.life, session.now()) ?? 0) > presets[1] ? { ...chosen, life: lifeOf(presets[1]) } : chosen,
    );
  }, [isUnsure, isTouched, session]);

  function choose(more: Partial<Choice>): void {
    setTouched(true);
    setChoice((chosen) => chosen && { ...chosen, ...more });
  }

  async function copy(): Promise<void> {
    const asked = wish();
    if (choice === null || asked === null || off !== null || isCopying) return;
    setCopying(true);
    const outcomes = await source.issue(asked, {});
    const { format, opening } = choice;
    const isCopied = outcomes !== null && (await copyIssued(session, outcomes, { format, options: onReopen }));
    setCopying(false);
    if (!isCopied) return;
    const kept = await chosenLink(session);
    // A date is no life for the next link, and what a web address or a column decides was not chosen here.
    const isChosen = !isWeb && column === null;
    keepChosen(session, {
      seconds: isChosen && choice.life.kind !== 'date' ? asked.expiresSeconds : kept.seconds,
      isDownload: isChosen ? opening.isDownload : kept.isDownload,
      format,
    });
    onClose();
  }

  const isOnlyLocal = summary?.isLocal === true && summary.ends.length === 0;
  const problem = life !== null && life.kind !== 'preset' && seconds === null ? words.wrongLife[life.kind] : null;
  const off = problem ?? (isRefused || summary?.ends.length === 0 ? words.noLinkMade : null);
  const isWeb = scheme === 'http' || scheme === 'https';
  const isLocal = scheme === 'file';
  const plain = summary?.plain ?? null;

  return (
    <Dialog
      title={words.linkTo(name, count)}
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
        {choice === null || isWeb || isLocal ? null : (
          <Choose label={words.validFor}>
            {column === null ? (
              <LifeChoice life={choice.life} now={now} onChange={(next) => choose({ life: next })} />
            ) : (
              words.lifeOfColumn(column)
            )}
          </Choose>
        )}
        <LinkFacts
          summary={summary}
          seconds={seconds}
          problem={problem}
          isSigning={isSigning}
          now={now}
          onCopyLogin={(command) => void copyText(session, command, words.copied(words.login))}
        />
        {choice === null || isWeb || isLocal || column !== null ? null : (
          <Choose label={words.opens}>
            <OpeningChoice opening={choice.opening} count={count} onChange={(next) => choose({ opening: next })} />
          </Choose>
        )}
        {problem === null ? <SignedFacts summary={summary} check={check} /> : null}
        {choice === null || isOnlyLocal || isLocal ? null : (
          <Choose label={words.copyAs}>
            <RadioRow label={words.copyAs} options={formats} value={choice.format} onChange={(next) => choose({ format: next })} />
          </Choose>
        )}
      </form>
      <p className={styles.foot}>{words.linkFoot}</p>
    </Dialog>
  );
}

const noOpening: LinkOpening = { isDownload: false, name: '' };

/** A label with what is chosen there. */
function Choose({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className={styles.row}>
      <span className={styles.label}>{label}</span>
      <div className={styles.value}>{children}</div>
    </div>
  );
}
