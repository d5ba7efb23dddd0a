/** One file, as large as there is room. The rows lie under it as they were. */
import { Image } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { commands, keysOf } from '../../app/commands.ts';
import { focusContent } from '../../app/focus-places.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { EmptyPlace } from '../../ui/empty-place.tsx';
import styles from './loupe.module.css';
import { closeLoupe, toggleFullScreen } from './loupe-commands.ts';
import { LoupeHeader } from './loupe-header.tsx';
import { LoupeStage } from './loupe-stage.tsx';
import { dispatchZoom } from './loupe-store.ts';
import { useFileShown } from './use-file-shown.ts';
import { useFullScreen } from './use-full-screen.ts';
import { useIdle } from './use-idle.ts';
import { useShownFile } from './use-shown-file.ts';

export function Loupe() {
  const session = useSession();
  const file = useShownFile();
  const { row, media, place, count } = file;
  const shown = useFileShown(file);
  const zoom = useIn(session.loupe, (state) => state.zoom);
  // Drawn from the selection, so that the button tells what the command will do.
  const canLink = useIn(session.table, () => commands.find(({ id }) => id === 'linkSheet')?.when(session) ?? false);
  const frame = useRef<HTMLElement>(null);
  const isIdle = useIdle(frame);
  const isFullScreen = useFullScreen();

  useLayoutEffect(() => {
    session.loupe.setState({ pointer: null });
    frame.current?.focus();
  }, [session]);

  // What had the focus may have left, as a button does that was pressed once.
  useEffect(() => {
    if (document.activeElement === document.body) frame.current?.focus();
  });

  // The rows are inert until the loupe is gone, hence the wait for the next frame.
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) focusContent();
      });
    },
    [],
  );

  useEffect(() => {
    if (count === 0) closeLoupe(session);
  }, [session, count]);

  const isPicture = shown.as.as === 'picture';
  useEffect(() => {
    session.loupe.setState({ hasPicture: isPicture });
    return () => session.loupe.setState({ hasPicture: false });
  }, [session, isPicture]);

  const name = media?.name ?? '';
  const plays = shown.as.as === 'video' || shown.as.as === 'audio';
  return (
    <section
      ref={frame}
      aria-label={words.loupeOf(name, place + 1, count)}
      data-keys={plays ? 'player loupe content' : 'loupe content'}
      data-idle={isIdle || undefined}
      data-full-screen={isFullScreen || undefined}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys are meant for the whole of it, as for a grid.
      tabIndex={0}
      className={styles.loupe}
    >
      <div className={styles.header}>
        <LoupeHeader
          name={name}
          place={place + 1}
          count={count}
          zoom={isPicture ? zoom : null}
          note={shown.note}
          isFullScreen={isFullScreen}
          onBack={() => closeLoupe(session)}
          onZoom={(action) => dispatchZoom(session.loupe, action)}
          onLink={canLink ? () => commands.find(({ id }) => id === 'linkSheet')?.run(session) : null}
          onFullScreen={() => toggleFullScreen(session)}
          keysOf={(command) => keysOf(command, session)}
        />
      </div>
      <div className={styles.stage}>
        {media ? (
          <LoupeStage key={media.referenceId} media={media} shown={shown} />
        ) : row ? (
          <EmptyPlace icon={Image} text={words.noMedia} />
        ) : null}
      </div>
    </section>
  );
}
