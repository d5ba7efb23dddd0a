/** Settings and accounts: a list of pages on the left, the page beside it. */
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Band } from '../../ui/band.tsx';
import { CachePage } from '../cache/cache-page.tsx';
import { AccountsPage } from './accounts-page.tsx';
import { AboutPage, FetchingPage, GeneralPage, LibraryPage, PrivacyPage } from './plain-pages.tsx';
import styles from './settings.module.css';
import { openSettings } from './settings-deeds.ts';
import { type SettingsPage as Page, settingsPages } from './settings-store.ts';
import { StoresPage } from './stores-page.tsx';

const pages: Record<Page, () => React.ReactNode> = {
  general: GeneralPage,
  accounts: AccountsPage,
  stores: StoresPage,
  fetching: FetchingPage,
  cache: CachePage,
  privacy: PrivacyPage,
  library: LibraryPage,
  about: AboutPage,
};

/** The whole content area. */
export function SettingsPage({ page }: { readonly page: Page }) {
  const session = useSession();
  const problem = useIn(session.settings, (state) => state.seen?.problem ?? null);
  const Shown = pages[page];
  return (
    <div className={styles.settings}>
      <nav className={styles.list} aria-label={words.settings}>
        <ul>
          {settingsPages.map((one) => (
            <li key={one}>
              <button
                type="button"
                className={styles.entry}
                aria-current={one === page ? 'page' : undefined}
                onClick={() => openSettings(session, one)}
              >
                {words.settingsPages[one]}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <div className={styles.scroll} data-scrolls="">
        {problem ? <Band tone="error" text={problem.message} next={problem.next} /> : null}
        <div className={styles.page} key={page}>
          <h2 className={styles.title}>{words.settingsPages[page]}</h2>
          <Shown />
        </div>
      </div>
    </div>
  );
}
