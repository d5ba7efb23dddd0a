/** The one file on the stage: a picture, what plays, or why neither. */
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import { say } from '../../app/notice-store.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { fetchRows } from '../look/copy-deeds.ts';
import { canShowInFolder, showInFolder } from '../look/outside-commands.ts';
import { kindIcons } from '../table/thumbnail.tsx';
import { LoadingLine } from './loading-line.tsx';
import { LoupeFailure } from './loupe-failure.tsx';
import styles from './loupe-stage.module.css';
import { dispatchZoom } from './loupe-store.ts';
import { openElsewhere, openingWords } from './open-elsewhere.ts';
import { PictureView } from './picture-view.tsx';
import { PlayerView } from './player-view.tsx';
import { maySeeThrough } from './shown-as.ts';
import { useFfmpeg } from './use-ffmpeg.ts';
import type { FileShown } from './use-file-shown.ts';

export function LoupeStage({ media, shown }: { readonly media: MediaCell; readonly shown: FileShown }) {
  const session = useSession();
  const zoom = useIn(session.loupe, (state) => state.zoom);
  const { as, look, picture, thumbnail, mediaBase, attempt } = shown;
  const facts = look?.facts ?? null;
  const held = look?.held ?? media.held;
  const plays = facts?.kind === 'video' || facts?.kind === 'audio' ? facts.kind : null;
  const isUnplayable = as.as === 'failure' && as.error.cause === 'unsupported' && plays !== null;
  const ffmpeg = useFfmpeg(isUnplayable);

  if (as.as === 'failure') {
    const label = isUnplayable ? openingWords(session, media, held) : null;
    const canFetch = as.error.cause === 'unsupported' && look?.held === 'none';
    return (
      <LoupeFailure
        error={as.error}
        thumbnail={thumbnail}
        onCopy={() => void copyReference()}
        onReload={shown.onReload}
        onFetch={canFetch ? () => void fetchRows(session) : null}
        onTry={as.canTry ? shown.onTried : null}
        opening={label === null ? null : { label, onOpen: () => void openElsewhere(session, media, held) }}
        onProxy={isUnplayable && ffmpeg ? shown.onProxy : null}
        hint={isUnplayable && ffmpeg === null ? words.proxyNeeds : null}
        onShowInFolder={canShowInFolder(session) ? () => void showInFolder(session) : null}
        isKeptUp={shown.isKeptUp}
        onKeepUp={shown.onKeepUp}
      />
    );
  }
  if (as.as === 'video' || as.as === 'audio') {
    return (
      <PlayerView
        key={`${attempt} ${shown.isProxied}`}
        kind={as.as}
        media={media}
        facts={facts}
        held={held}
        mayPrepare={look?.mayFetch === 'as_needed'}
        mediaBase={mediaBase}
        isProxy={shown.isProxied}
        address={`${mediaBase}media/${media.referenceId}${attempt === 0 ? '' : `?${attempt}`}`}
        onFailed={() => shown.onFailed(shown.isProxied ? 'proxy' : 'player')}
        onBlind={shown.onBlind}
      />
    );
  }

  const isPicture = as.as === 'picture';
  const url = picture?.state === 'here' ? picture.url : null;
  const known = media.width !== null && media.height !== null ? { width: media.width, height: media.height } : null;
  const waits = isPicture ? as.waits : null;
  return (
    <>
      {waits ? (
        <div className={styles.kind}>
          <Icon of={kindIcons[media.kind]} size={32} />
        </div>
      ) : null}
      <PictureView
        name={media.name}
        thumbnail={thumbnail}
        url={url}
        size={isPicture ? as.size : known}
        isSeenThrough={facts === null || maySeeThrough(facts)}
        isVector={facts?.format === 'svg'}
        zoom={zoom}
        onZoom={(action) => dispatchZoom(session.loupe, action)}
        onPointer={(pointer) => session.loupe.setState({ pointer })}
        onThumbnail={shown.onThumbnail}
        onShown={shown.onShown}
        onFailed={() => shown.onFailed(isPicture ? as.from : 'media')}
      />
      {waits ? (
        <div className={styles.foot}>
          <Button look="main" onClick={shown.onWanted}>
            {words.load(waits.bytes)}
          </Button>
        </div>
      ) : url === null ? (
        <LoadingLine
          name={media.name}
          received={picture?.state === 'loading' && picture.received > 0 ? picture.received : null}
          total={picture?.state === 'loading' ? (picture.total ?? look?.remote?.size ?? null) : (look?.remote?.size ?? null)}
        />
      ) : null}
    </>
  );

  async function copyReference(): Promise<void> {
    await navigator.clipboard.writeText(media.typed);
    say(session.notices, words.copied(words.reference));
  }
}
