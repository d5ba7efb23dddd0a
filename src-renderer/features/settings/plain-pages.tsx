/** The pages that are a few choices each. */
import { useId } from 'react';
import { lookingFetches } from '../../../src-shared/model/thumbnail.ts';
import { type Density, densities, themes } from '../../app/layout-store.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { RadioRow } from '../../ui/radio-row.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { typedSetting } from '../cache/stream-part.tsx';
import { useFfmpeg } from '../loupe/use-ffmpeg.ts';
import { copyText } from '../table/row-deeds.ts';
import { Part } from './part.tsx';
import styles from './settings.module.css';
import { setSetting } from './settings-deeds.ts';
import { ValueField } from './value-field.tsx';

/** Bandwidth is typed in these, in bytes. */
const megabyte = 1e6;

export function GeneralPage() {
  const { layout } = useSession();
  const { theme, density } = useIn(layout, (state) => state);
  return (
    <>
      <Part title={words.theme}>
        <RadioRow
          label={words.theme}
          value={theme}
          options={themes.map((value) => ({ value, label: words.themes[value] }))}
          onChange={(value) => layout.setState({ theme: value })}
        />
      </Part>
      <Part title={words.density}>
        <RadioRow
          label={words.density}
          value={density}
          options={(Object.keys(densities) as Density[]).map((value) => ({ value, label: words.densities[value] }))}
          onChange={(value) => layout.setState({ density: value })}
        />
      </Part>
    </>
  );
}

export function FetchingPage() {
  const session = useSession();
  const settings = useIn(session.settings, (state) => state.seen?.settings ?? null);
  if (!settings) return null;
  // What is no number goes to the core as it was typed, and comes back with the sentence of the rule.
  const number = (typed: string) => (/^\d+$/.test(typed.trim()) ? Number(typed) : typed);
  return (
    <>
      <Part title={words.fetchingWhenLooking} hint={words.fetchingHint}>
        <RadioRow
          label={words.fetchingWhenLooking}
          value={settings.looking.fetch}
          options={lookingFetches.map((value) => ({ value, label: words.lookingFetches[value] }))}
          onChange={(value) => void setSetting(session, 'looking.fetch', value)}
        />
      </Part>
      <Part title={words.requestsAtOnce} hint={words.requestsHint}>
        <ValueField
          label={words.inAll}
          value={String(settings.network.concurrency)}
          onSet={(typed) => setSetting(session, 'network.concurrency', number(typed))}
        />
        <ValueField
          label={words.perHost}
          value={String(settings.network.concurrency_per_host)}
          onSet={(typed) => setSetting(session, 'network.concurrency_per_host', number(typed))}
        />
      </Part>
      <Part title={words.bandwidth} hint={words.bandwidthHint}>
        <ValueField
          label={`${words.bandwidthLimit} (${words.perSecond})`}
          value={settings.network.bandwidth === null ? '' : String(settings.network.bandwidth / megabyte)}
          placeholder={words.noLimit}
          onSet={(typed) => setSetting(session, 'network.bandwidth', typedSetting(typed, megabyte))}
        />
      </Part>
    </>
  );
}

export function PrivacyPage() {
  const session = useSession();
  const seen = useIn(session.settings, (state) => state.seen);
  const host = useIn(session.settings, (state) => state.host);
  const label = useId();
  if (!seen) return null;
  const written = seen.settings.network.allowed_hosts.filter((one) => isWritten(seen.written, one));
  const given = seen.settings.network.allowed_hosts.filter((one) => !written.includes(one));

  async function add(): Promise<void> {
    const isThere = written.length > 0;
    const next = [...written, host.trim()];
    if (await setSetting(session, 'network.allowed_hosts', next, isThere ? written : undefined)) session.settings.setState({ host: '' });
  }

  return (
    <>
      <Part title={words.telemetry}>
        <p>{words.noTelemetry}</p>
      </Part>
      <Part title={words.allowedHosts} hint={words.allowedHostsHint}>
        {written.length + given.length === 0 ? <p className={styles.none}>{words.noAllowedHosts}</p> : null}
        <ul className={styles.rows} aria-label={words.allowedHosts}>
          {written.map((one) => (
            <li key={one} className={styles.row}>
              <div className={styles.what}>{one}</div>
              <div className={styles.deeds}>
                <Button
                  look="quiet"
                  aria-label={words.removeOf(one)}
                  onClick={() =>
                    void setSetting(
                      session,
                      'network.allowed_hosts',
                      written.filter((other) => other !== one),
                      written,
                    )
                  }
                >
                  {words.remove}
                </Button>
              </div>
            </li>
          ))}
          {given.map((one) => (
            <li key={one} className={styles.row}>
              <div className={styles.what}>{one}</div>
              <span className={styles.detail}>{words.fromEnvironment}</span>
            </li>
          ))}
        </ul>
        <form
          className={styles.line}
          onSubmit={(event) => {
            event.preventDefault();
            if (host.trim() !== '') void add();
          }}
        >
          <label className="visually-hidden" htmlFor={label}>
            {words.allowHost}
          </label>
          <TextField
            id={label}
            className={styles.address ?? ''}
            placeholder="nas.local:8080"
            value={host}
            onChange={(event) => session.settings.setState({ host: event.target.value })}
          />
          <Button type="submit" disabledReason={host.trim() === '' ? words.hostFirst : null}>
            {words.allow}
          </Button>
        </form>
      </Part>
    </>
  );
}

/** True for a host that stands in settings.json; the others come from the environment. */
function isWritten(written: Readonly<Record<string, unknown>> | null, host: string): boolean {
  const network = written?.network;
  const hosts = typeof network === 'object' && network !== null && 'allowed_hosts' in network ? network.allowed_hosts : null;
  return Array.isArray(hosts) && hosts.includes(host);
}

export function LibraryPage() {
  const session = useSession();
  const info = useIn(session.info, (state) => state.value);
  const file = useIn(session.settings, (state) => state.seen?.file ?? null);
  return (
    <>
      <Part title={words.libraryFolder} hint={words.libraryHint}>
        <Path text={info?.folder ?? ''} what={words.libraryFolder} />
      </Part>
      {file === null ? null : (
        <Part title={words.settingsFile} hint={words.settingsFileHint}>
          <Path text={file} what={words.settingsFile} />
        </Part>
      )}
    </>
  );
}

function Path({ text, what }: { readonly text: string; readonly what: string }) {
  const session = useSession();
  return (
    <div className={styles.line}>
      <code className={styles.path}>{text}</code>
      <Button look="quiet" aria-label={words.copyOf(what)} onClick={() => void copyText(session, text, words.copied(what))}>
        {words.copy}
      </Button>
    </div>
  );
}

export function AboutPage() {
  const session = useSession();
  const info = useIn(session.info, (state) => state.value);
  const ffmpeg = useFfmpeg(true);
  return (
    <Part title={words.app}>
      <p>{words.version(info?.version ?? '')}</p>
      <p className={styles.hint}>{words.aboutLicence}</p>
      {ffmpeg === undefined ? null : (
        <p className={styles.hint}>{ffmpeg ? words.ffmpegFound(ffmpeg.path, ffmpeg.version) : words.ffmpegMissing}</p>
      )}
    </Part>
  );
}
