/** Whether the core has an ffmpeg, which makes proxies. */
import { useEffect, useState } from 'react';
import { useSession } from '../../app/session.ts';

export interface Ffmpeg {
  readonly path: string;
  readonly version: string | null;
}

/** Undefined while it is asked, or where it is not `wanted`; null where there is none. */
export function useFfmpeg(wanted: boolean): Ffmpeg | null | undefined {
  const { client } = useSession();
  const [found, setFound] = useState<Ffmpeg | null>();
  useEffect(() => {
    if (!wanted) return;
    const abort = new AbortController();
    client.library.ffmpeg({}, { signal: abort.signal }).then(
      (answer) => {
        if (answer.ok && !abort.signal.aborted) setFound(answer.value);
      },
      () => undefined, // one moved on
    );
    return () => abort.abort();
  }, [client, wanted]);
  return found;
}
