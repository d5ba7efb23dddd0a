/** From which size on a file is streamed, and how long a copy is trusted. */
import { formatSize } from '../../app/format.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Part } from '../settings/part.tsx';
import { setSetting } from '../settings/settings-deeds.ts';
import { ValueField } from '../settings/value-field.tsx';

const megabyte = 1e6;

/** What is no number goes to the core as it was typed, and comes back with the sentence of the rule. Empty is null. */
export function typedSetting(typed: string, unit: number): number | string | null {
  const text = typed.trim().replace(',', '.');
  if (text === '') return null;
  const value = Number(text) * unit;
  return Number.isNaN(value) ? typed : unit === 1 ? value : Math.round(value);
}

/** `usual`: the threshold that holds, in bytes. */
export function StreamPart({ usual }: { readonly usual: number }) {
  const session = useSession();
  const cache = useIn(session.settings, (state) => state.seen?.settings.cache ?? null);
  if (!cache) return null;
  const hint = cache.stream_above === null ? words.streamUsual(usual) : formatSize(cache.stream_above);
  return (
    <>
      <Part title={words.streamAbove} hint={words.streamHint}>
        <ValueField
          label={`${words.streamAbove} (MB)`}
          value={cache.stream_above === null ? '' : String(cache.stream_above / megabyte)}
          placeholder={String(Math.round(usual / megabyte))}
          aside={hint}
          onSet={(typed) => setSetting(session, 'cache.stream_above', typedSetting(typed, megabyte))}
        />
      </Part>
      <Part title={words.checkAfter} hint={words.checkAfterHint}>
        <ValueField
          label={`${words.checkAfter} (${words.hours})`}
          value={cache.check_after_hours === null ? '' : String(cache.check_after_hours)}
          placeholder={words.never}
          onSet={(typed) => setSetting(session, 'cache.check_after_hours', typedSetting(typed, 1))}
        />
      </Part>
    </>
  );
}
