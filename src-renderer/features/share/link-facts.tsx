/** What is known of the links about to be copied: until when, why not longer, as whom. Drawn from plain data. */
import { CircleCheck, Copy, Link2Off, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { words } from '../../app/words.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './link-sheet.module.css';
import type { LinkSummary } from './link-summary.ts';
import type { LinkCheck } from './use-link-summary.ts';

interface LinkFactsProps {
  /** Null while the first signatures are made. */
  readonly summary: LinkSummary | null;
  /** What was asked for; null where that is no time. */
  readonly seconds: number | null;
  /** What is wrong with the life that was typed. */
  readonly problem: string | null;
  readonly isSigning: boolean;
  readonly now: number;
  readonly onCopyLogin: (command: string) => void;
}

/** "Works until", and the line that names who decides it. */
export function LinkFacts({ summary, seconds, problem, isSigning, now, onCopyLogin }: LinkFactsProps) {
  if (problem !== null) return <Row label={words.worksUntil}>{<span className={styles.wrong}>{problem}</span>}</Row>;
  if (summary === null)
    return <Row label={words.worksUntil}>{isSigning ? <span className={styles.waiting}>{words.signing}</span> : null}</Row>;
  const { ends, refused, error, isWeb } = summary;
  const [end] = ends;
  const isOne = ends.length + [...refused.values()].reduce((sum, one) => sum + one, 0) === 1;
  if (end === undefined && isOne) return error ? <Refusal text={error.message} next={error.next} /> : null;
  return (
    <Row label={words.worksUntil} isBusy={isSigning}>
      {isOne && end !== undefined ? (end === null ? words.noEnd : words.until(end, now)) : words.linksUntil(ends, refused, now)}
      {isWeb ? (
        <p className={styles.reason}>{words.webLink}</p>
      ) : (
        <Limit summary={summary} seconds={seconds} now={now} onCopyLogin={onCopyLogin} />
      )}
      {error && !summary.isLocal ? <p className={styles.reason}>{[error.message, error.next].filter(Boolean).join(' ')}</p> : null}
      {summary.cautions.map((caution) => (
        <p key={caution} className={styles.caution}>
          {caution}
        </p>
      ))}
    </Row>
  );
}

/** As whom, and whether the link opens: a check that failed keeps the link. */
export function SignedFacts({ summary, check }: Pick<LinkFactsProps, 'summary'> & { readonly check: LinkCheck | null }) {
  const signedAs = summary?.signedAs ?? [];
  if (signedAs.length === 0 && check === null) return null;
  return (
    <Row label={signedAs.length > 0 ? words.signedAs : words.checkLabel}>
      <div className={styles.signed}>
        {signedAs.length > 0 ? <span>{signedAs.join(', ')}</span> : null}
        {check === null ? null : <Check check={check} />}
      </div>
    </Row>
  );
}

function Check({ check }: { readonly check: LinkCheck }) {
  if (check === 'asking') return <span className={styles.waiting}>{words.checkingLink}</span>;
  if (check === 'works')
    return (
      <span className={styles.works}>
        <Icon of={CircleCheck} /> {words.linkChecked}
      </span>
    );
  if (check.cause === 'offline') return <span className={styles.waiting}>{words.notCheckedOffline}</span>;
  return (
    <span className={styles.fails}>
      <Icon of={TriangleAlert} />
      <span>
        {check.message} {check.next}
      </span>
    </span>
  );
}

/** The one that decides, by name; nothing where it is what was asked. */
function Limit({
  summary,
  seconds,
  now,
  onCopyLogin,
}: Pick<LinkFactsProps, 'seconds' | 'now' | 'onCopyLogin'> & { readonly summary: LinkSummary }) {
  const { limitedBy, signer, ends } = summary;
  const [end] = ends;
  if (!end) return null;
  if (limitedBy === 'provider')
    return (
      <p className={styles.reason}>
        {signer?.capSeconds ? words.overCap(signer.provider, signer.capSeconds, end, now) : words.providerLimits}
      </p>
    );
  if (limitedBy === 'unknown') return <p className={styles.reason}>{words.endUnknown}</p>;
  if (limitedBy !== 'credentials') return null;
  const login = signer?.login ?? null;
  return (
    <>
      <p className={styles.reason}>{signer ? words.limitedBySession(signer.session) : words.limitedByLogin}</p>
      {seconds === null ? null : (
        <p className={styles.reason}>
          {words.askedLonger(seconds)} {login ? words.longerAfterLogin : null}
        </p>
      )}
      {login ? (
        <p className={styles.command}>
          <code className={styles.code}>{login}</code>
          <IconButton label={words.copyLogin} onClick={() => onCopyLogin(login)}>
            <Icon of={Copy} />
          </IconButton>
        </p>
      ) : null}
    </>
  );
}

/** Stands where the link would: why there is none, and what to do. */
function Refusal({ text, next }: { readonly text: string; readonly next: string | null }) {
  return (
    <div className={styles.refusal} role="alert">
      <Icon of={Link2Off} />
      <span>
        {text} {next}
      </span>
    </div>
  );
}

/** A label with what belongs to it. */
export function Row({
  label,
  isBusy = false,
  children,
}: {
  readonly label: string;
  readonly isBusy?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div className={styles.row}>
      <span className={styles.label}>{label}</span>
      <div className={styles.value} aria-live="polite" aria-busy={isBusy}>
        {children}
      </div>
    </div>
  );
}
