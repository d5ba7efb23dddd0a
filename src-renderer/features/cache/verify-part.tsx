/** Every copy held against its entry, and what was found. */
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Part } from '../settings/part.tsx';
import styles from './cache.module.css';
import { verifyCache } from './cache-deeds.ts';

/** More are counted only; the log has them all. */
const mostShown = 100;

export function VerifyPart() {
  const session = useSession();
  const { verifying, verified } = useIn(session.cache, (state) => state);
  return (
    <Part title={words.verifyHead} hint={words.verifyHint}>
      <div className={styles.line}>
        {verifying ? (
          <>
            <progress
              className={styles.work}
              max={Math.max(1, verifying.total)}
              value={verifying.done}
              aria-label={words.verifyHead}
              aria-valuetext={words.verifying(verifying.done, verifying.total)}
            />
            <span className={styles.amount}>{words.verifying(verifying.done, verifying.total)}</span>
            <Button onClick={verifying.stop}>{words.cancel}</Button>
          </>
        ) : (
          <Button onClick={() => void verifyCache(session)}>{words.verifyCache}</Button>
        )}
      </div>
      {verified ? (
        <>
          <p>{words.verified(verified.checked, verified.bytes, verified.findings.length)}</p>
          {verified.findings.length > 0 ? (
            <ul className={styles.findings} aria-label={words.verifyFindings}>
              {verified.findings.slice(0, mostShown).map((finding) => (
                <li key={finding.file}>
                  <code className={styles.path}>{finding.canonical ?? finding.file}</code>
                  <span className={styles.amount}>
                    {[words.cacheFound[finding.found], ...(finding.isFetchedAgain ? [words.fetchedAgain] : [])].join(', ')}
                  </span>
                </li>
              ))}
              {verified.findings.length > mostShown ? <li>{words.moreFound(verified.findings.length - mostShown)}</li> : null}
            </ul>
          ) : null}
        </>
      ) : null}
    </Part>
  );
}
