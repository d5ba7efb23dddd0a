/** The line over the media: the way back, what is shown and where it stands in the view, how large, its link, the whole screen. */
import { ChevronDown, ChevronLeft, Link, Maximize, Minimize } from 'lucide-react';
import { words } from '../../app/words.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { TruncatedName } from '../../ui/truncated-name.tsx';
import styles from './loupe-header.module.css';
import { type ZoomAction, type ZoomState, zoomOf } from './zoom.ts';

interface LoupeHeaderProps {
  readonly name: string;
  /** From 1. */
  readonly place: number;
  readonly count: number;
  /** How the picture is zoomed; null where no picture is shown. */
  readonly zoom: ZoomState | null;
  /** Said small, such as that another picture than the file's own is shown. */
  readonly note: string | null;
  readonly isFullScreen: boolean;
  readonly onBack: () => void;
  readonly onZoom: (action: ZoomAction) => void;
  /** Null where no link can be made. */
  readonly onLink: (() => void) | null;
  readonly onFullScreen: () => void;
  readonly keysOf: (command: string) => string | undefined;
}

/** What can be chosen beside fit and fill. */
const offered = [0.5, 1, 2, 4, 8, 16] as const;

export function LoupeHeader(props: LoupeHeaderProps) {
  const { name, place, count, zoom, note, isFullScreen, onBack, onZoom, onLink, onFullScreen, keysOf } = props;
  const share = zoom ? zoomOf(zoom) : 1;
  return (
    <div
      role="toolbar"
      aria-label={words.loupeTools}
      className={styles.header}
      // Pressed by the pointer, a button leaves the focus where it is: keys go on meaning the picture, and the line may fade.
      onMouseDown={(event) => {
        if (event.target instanceof Element && event.target.closest('button')) event.preventDefault();
      }}
    >
      <Button look="quiet" icon={<Icon of={ChevronLeft} />} aria-label={words.backToRows} title={words.backToRows} onClick={onBack}>
        {words.back.toLowerCase()}
      </Button>
      <span className={styles.name}>
        <TruncatedName name={name} />
      </span>
      <span className={styles.place}>{words.placeOf(place, count)}</span>
      <span className={styles.space} />
      {note ? <span className={styles.note}>{note}</span> : null}
      {zoom ? (
        <>
          <Menu
            trigger={
              <Button look="quiet">
                {zoom.mode === 'fill' ? words.fill : words.fit}
                <Icon of={ChevronDown} size={12} />
              </Button>
            }
            entries={[
              ...(['fit', 'fill'] as const).map((mode) => ({
                kind: 'item' as const,
                label: words[mode],
                checked: zoom.mode === mode,
                onSelect: () => onZoom({ type: 'fitted', mode }),
              })),
              { kind: 'line' },
              ...offered.map((one) => ({
                kind: 'item' as const,
                label: words.share(one),
                keys: one === 1 ? keysOf('zoomToggle') : undefined,
                checked: zoom.mode === 'free' && Math.abs(share - one) < 0.005,
                onSelect: () => onZoom({ type: 'zoomed', zoom: one, at: null }),
              })),
            ]}
          />
          <output className={styles.percent} aria-label={words.percentOf(share)}>
            {words.share(share)}
          </output>
        </>
      ) : null}
      <IconButton
        label={words.linkSheet}
        keys={keysOf('linkSheet')}
        disabledReason={onLink ? null : words.noLinkMade}
        onClick={() => onLink?.()}
      >
        <Icon of={Link} />
      </IconButton>
      <IconButton label={words.fullScreen} keys={keysOf('fullScreen')} aria-pressed={isFullScreen} onClick={onFullScreen}>
        <Icon of={isFullScreen ? Minimize : Maximize} />
      </IconButton>
    </div>
  );
}
