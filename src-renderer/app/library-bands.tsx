/** What holds for the whole library and must be known before anything is done: it is for reading only, or the core is out of reach. */
import { useEffect, useState } from 'react';
import { Band } from '../ui/band.tsx';
import { useIn, useSession } from './session.ts';
import { words } from './words.ts';

/** Above the content; nothing where nothing is the matter. */
export function LibraryBands() {
  const session = useSession();
  const readOnly = useIn(session.info, (state) => state.value?.readOnly ?? null);
  const [isReachable, setReachable] = useState(true);
  useEffect(() => session.onReachable(setReachable), [session]);
  return (
    <>
      {isReachable ? null : <Band tone="stale" text={words.reconnecting} />}
      {readOnly ? <Band tone="stale" text={readOnly.message} next={readOnly.next} /> : null}
    </>
  );
}
