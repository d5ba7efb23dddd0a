/** Links that were handed out, in the bottom panel: found by text, made again, taken off the list. */
import { ChevronLeft, ChevronRight, Link2 } from 'lucide-react';
import { useEffect } from 'react';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Band } from '../../ui/band.tsx';
import { IconButton } from '../../ui/button.tsx';
import { EmptyPlace } from '../../ui/empty-place.tsx';
import { Icon } from '../../ui/icon.tsx';
import { RadioRow } from '../../ui/radio-row.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { copyAgain, forgetLink, issueAnew, readIssued } from './issued-deeds.ts';
import { IssuedList } from './issued-list.tsx';
import styles from './issued-panel.module.css';
import { issuedStates, turned } from './issued-store.ts';

/** What is typed is searched for once it rests this long, in ms. */
const restMilliseconds = 150;

/** The whole tab. */
export function IssuedPanel() {
  const session = useSession();
  const { entries, error, search, state, start, total } = useIn(session.issued, (list) => list);
  useEffect(() => {
    void readIssued(session);
    return session.listen('ledgerChanged', () => void readIssued(session));
  }, [session]);
  const isFiltered = search !== '' || state !== 'all';
  return (
    <div className={styles.panel}>
      {error ? <Band tone="error" text={error.message} next={error.next} /> : null}
      {entries === null ? null : entries.length === 0 ? (
        <EmptyPlace icon={Link2} text={isFiltered ? words.noIssuedMatch : words.noIssuedLinks} />
      ) : (
        <IssuedList
          entries={entries}
          start={start}
          total={total}
          now={session.now()}
          onCopy={(entry) => void copyAgain(session, entry)}
          onReissue={(entry) => issueAnew(session, entry)}
          onForget={(entry) => void forgetLink(session, entry)}
        />
      )}
    </div>
  );
}

/** Search, which ones, and the pages, in the head of the panel. */
export function IssuedBar() {
  const session = useSession();
  const list = useIn(session.issued, (state) => state);
  const { search, state, start, total, entries } = list;
  useEffect(() => {
    // Told again only where the text is not what was asked for last.
    const timer = setTimeout(() => void readIssued(session), search === '' ? 0 : restMilliseconds);
    return () => clearTimeout(timer);
  }, [session, search]);

  function show(next: Partial<Pick<typeof list, 'state' | 'start'>>): void {
    session.issued.setState({ start: 0, ...next });
    void readIssued(session);
  }
  const turn = (step: -1 | 1) => {
    const next = turned(list, step);
    return { disabledReason: next === null ? words.noIssuedMatch : null, onClick: () => next !== null && show({ start: next }) };
  };
  return (
    <>
      <TextField
        type="search"
        maxLength={4096}
        aria-label={words.searchIssued}
        placeholder={words.searchIssuedPlaceholder}
        className={styles.search ?? ''}
        value={search}
        onChange={(event) => session.issued.setState({ search: event.target.value, start: 0 })}
      />
      <RadioRow
        label={words.issuedStatesLabel}
        look="bar"
        options={issuedStates.map((value) => ({ value, label: words.issuedStates[value] }))}
        value={state}
        onChange={(next) => show({ state: next })}
      />
      <span className={styles.places} aria-live="polite">
        {entries && entries.length > 0 ? words.placesOf(start, start + entries.length, total) : null}
      </span>
      {entries && total > entries.length ? (
        <>
          <IconButton label={words.newerLinks} {...turn(-1)}>
            <Icon of={ChevronLeft} />
          </IconButton>
          <IconButton label={words.olderLinks} {...turn(1)}>
            <Icon of={ChevronRight} />
          </IconButton>
        </>
      ) : null}
    </>
  );
}
