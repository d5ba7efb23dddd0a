/** The time for what is drawn: it changes once a minute. */
import { useEffect, useState } from 'react';

/** Milliseconds since 1970, drawn again once a minute. */
export function useMinute(now: () => number): number {
  const [minute, setMinute] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setMinute(now()), 60_000);
    return () => clearInterval(timer);
  }, [now]);
  return minute;
}
