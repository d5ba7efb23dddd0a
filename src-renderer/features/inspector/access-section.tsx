/** Who reads the file and how it is reached, each with the reason. */
import type { AccessFacts, KnownBy } from '../../../src-shared/model/access.ts';
import { formatEnd, formatLeft } from '../../app/format.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { FactSection, Facts } from '../../ui/facts.tsx';
import styles from './inspector.module.css';

export function AccessSection({
  access,
  now,
  onTest,
}: {
  readonly access: AccessFacts;
  readonly now: number;
  readonly onTest: () => void;
}) {
  const { identity, region, endpoint, endsAt } = access;
  return (
    <FactSection
      title={words.access}
      aside={
        <Button look="link" onClick={onTest}>
          {words.testAccess}
        </Button>
      }
    >
      <Facts
        facts={[
          [words.identity, <Known key="identity" of={identity} />],
          [words.sessionEnds, endsAt && words.endsIn(formatEnd(endsAt, now), formatLeft(Date.parse(endsAt) - now))],
          [words.region, region && <Known key="region" of={region} />],
          [words.endpoint, endpoint && <Known key="endpoint" of={endpoint} />],
        ]}
      />
      {access.isReadWithoutCredentials ? <p className={styles.message}>{words.readWithoutCredentials}</p> : null}
    </FactSection>
  );
}

function Known({ of: { value, why } }: { readonly of: KnownBy }) {
  return (
    <>
      {value?.replace(/^https:\/\//, '') ?? words.noIdentity} <span className={styles.why}>{why}</span>
    </>
  );
}
