/** What was taken over from the login shell, by name only, and whether it is. */
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { RadioRow } from '../../ui/radio-row.tsx';
import { Part } from './part.tsx';
import styles from './settings.module.css';
import { setSetting } from './settings-deeds.ts';

export function EnvironmentPart() {
  const session = useSession();
  const environment = useIn(session.settings, (state) => state.environment);
  if (environment === null) return null;
  const { names, isOn, isNeeded, problem } = environment;
  return (
    <Part title={words.shellEnvironment} hint={words.shellHint}>
      <RadioRow
        label={words.shellEnvironment}
        value={isOn ? 'on' : 'off'}
        options={[
          { value: 'on', label: words.shellChoices.on },
          { value: 'off', label: words.shellChoices.off },
        ]}
        onChange={(value) => void setSetting(session, 'shell_environment', value === 'on')}
      />
      {problem === null ? null : <p className={styles.problem}>{problem}</p>}
      {isOn && problem === null ? <p className={styles.detail}>{words.shellTaken(names, isNeeded)}</p> : null}
    </Part>
  );
}
