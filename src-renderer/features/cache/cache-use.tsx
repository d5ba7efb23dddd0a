/** How full the cache is: a bar with its parts in words below it, the disk, and how often it answered. Drawn from plain data. */
import type { CacheDetails } from '../../../src-shared/contract/cache.ts';
import { formatSize } from '../../app/format.ts';
import { words } from '../../app/words.ts';
import { Facts } from '../../ui/facts.tsx';
import styles from './cache.module.css';
import { cacheBar, localDay, useOf } from './cache-facts.ts';

const shown = ['kept', 'other', 'free', 'beyond'] as const;

/** `now` in ms since 1970. */
export function CacheUse({ details, now }: { readonly details: CacheDetails; readonly now: number }) {
  const { status, disk, parts, keptFiles, days } = details;
  const bar = cacheBar(details);
  const whole = shown.reduce((sum, part) => sum + bar[part], 0);
  const use = useOf(days, localDay(now));
  const used = words.cacheUsedOf(status.bytes, status.limit);
  const over = status.bytes - status.limit;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a progress element has one part, this one several. */}
      <div
        role="meter"
        aria-label={words.cache}
        aria-valuemin={0}
        aria-valuemax={Math.max(status.limit, status.bytes)}
        aria-valuenow={status.bytes}
        aria-valuetext={`${used}; ${words.cachePartsOf(bar.kept, bar.other)}`}
        className={styles.bar}
      >
        {shown.map((part) => (
          <span key={part} className={styles[part]} style={{ width: `${(100 * bar[part]) / Math.max(1, whole)}%` }} />
        ))}
      </div>
      <p className={styles.used}>
        <strong>{used}</strong> · {words.cacheFiles(status.files)}
        {over > 0 ? <span className={styles.dropping}> · {words.dropping(over)}</span> : null}
      </p>
      <ul className={styles.legend}>
        {shown.map((part) =>
          part === 'beyond' && bar.beyond === 0 ? null : (
            <li key={part}>
              <span aria-hidden className={[styles.swatch, styles[part]].join(' ')} />
              {words.cacheParts[part]} {part === 'kept' ? words.keptFiles(keptFiles, bar.kept) : formatSize(bar[part])}
            </li>
          ),
        )}
      </ul>
      <Facts
        facts={[
          [words.cacheParts.parts, parts > 0 ? formatSize(parts) : null],
          [words.disk, words.diskFree(disk.free, disk.total, disk.floor)],
          [words.hitRate, words.hitsOf(use.hits, use.reads)],
          [words.fetchedToday, formatSize(use.fetched)],
        ]}
      />
    </>
  );
}
