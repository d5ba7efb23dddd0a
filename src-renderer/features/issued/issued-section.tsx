/** The inspector's section of links that were handed out to the file. Drawn from plain data. */
import { Copy, Link, X } from 'lucide-react';
import type { IssuedLink } from '../../../src-shared/model/issued-link.ts';
import { linkName } from '../../../src-shared/model/link-formats.ts';
import { formatAgo } from '../../app/format.ts';
import { words } from '../../app/words.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { FactSection } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { hasEnded, untilWords } from './issued-list.tsx';
import styles from './issued-section.module.css';
import type { IssuedTo } from './use-issued.ts';

interface IssuedSectionProps {
  readonly issued: IssuedTo;
  readonly now: number;
  readonly onCopy: (entry: IssuedLink) => void;
  readonly onReissue: (entry: IssuedLink) => void;
  readonly onForget: (entry: IssuedLink) => void;
  readonly onShowAll: () => void;
}

export function IssuedSection({ issued: { total, entries }, now, onCopy, onReissue, onForget, onShowAll }: IssuedSectionProps) {
  if (total === 0) return null;
  return (
    <FactSection
      title={words.issuedLinks}
      aside={
        <Button look="link" onClick={onShowAll}>
          {words.showIssued(entries.length, total)}
        </Button>
      }
    >
      <ul className={styles.list}>
        {entries.map((entry) => (
          <li key={entry.id} className={[styles.entry, hasEnded(entry, now) ? styles.ended : ''].join(' ')}>
            <span className={styles.until}>
              {entry.expires_at === null || hasEnded(entry, now) ? untilWords(entry, now) : words.issuedUntil(untilWords(entry, now))}
            </span>
            <span className={styles.deeds}>
              <IconButton label={words.copyAgain(linkName(entry))} onClick={() => onCopy(entry)}>
                <Icon of={Copy} />
              </IconButton>
              <IconButton label={words.issueAnew(linkName(entry))} onClick={() => onReissue(entry)}>
                <Icon of={Link} />
              </IconButton>
              <IconButton label={words.forgetLink(linkName(entry))} onClick={() => onForget(entry)}>
                <Icon of={X} />
              </IconButton>
            </span>
            <span className={styles.facts}>{words.issuedFacts(formatAgo(entry.issued_at, now), entry.limited_by, entry.signed_as)}</span>
          </li>
        ))}
      </ul>
    </FactSection>
  );
}
