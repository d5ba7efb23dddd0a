/** The bar on top of the gallery: how tiles are cut, what stands below them, how large they are. */
import { ChevronDown, RectangleHorizontal, Square } from 'lucide-react';
import { memo } from 'react';
import type { Column } from '../../../src-shared/model/table.ts';
import { keysOf } from '../../app/commands.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { Tooltip } from '../../ui/tooltip.tsx';
import { tileHeights } from '../look/look-store.ts';
import styles from './gallery-bar.module.css';

const mostLabels = 3;
const shapes = [
  { shape: 'rows', label: words.shapeRows, icon: RectangleHorizontal },
  { shape: 'squares', label: words.shapeSquares, icon: Square },
] as const;

/** Reads and sets how the open table is looked at. */
export const GalleryBar = memo(function GalleryBar({ columns }: { readonly columns: readonly Column[] }) {
  const session = useSession();
  const { look } = session;
  const { shape, fit, tileHeight, labels } = useIn(look, (state) => state);
  const shown = labels.filter((name) => columns.some((column) => column.name === name));
  const isFull = shown.length >= mostLabels;

  const entries: MenuEntry[] = [
    { kind: 'note', label: words.labelsBelow },
    { kind: 'item', label: words.noLabels, checked: shown.length === 0, onSelect: () => look.setState({ labels: [] }) },
    ...columns.map(({ name }): MenuEntry => {
      const isShown = shown.includes(name);
      return {
        kind: 'item',
        label: name,
        checked: isShown,
        disabledReason: isFull && !isShown ? words.threeLabels : null,
        onSelect: () => look.setState({ labels: isShown ? shown.filter((one) => one !== name) : [...shown, name] }),
      };
    }),
    { kind: 'line' },
    { kind: 'note', label: words.inSquares },
    { kind: 'item', label: words.fitCover, checked: fit === 'cover', onSelect: () => look.setState({ fit: 'cover' }) },
    { kind: 'item', label: words.fitContain, checked: fit === 'contain', onSelect: () => look.setState({ fit: 'contain' }) },
  ];

  return (
    <div className={styles.bar}>
      <div role="radiogroup" aria-label={words.tileShape} className={styles.shapes}>
        {shapes.map((one) => (
          <label key={one.shape} className={styles.shape} title={one.label}>
            <input
              type="radio"
              name="tile shape"
              className="visually-hidden"
              checked={shape === one.shape}
              onChange={() => look.setState({ shape: one.shape })}
            />
            <Icon of={one.icon} />
            <span className={styles.word}>{one.label}</span>
          </label>
        ))}
      </div>
      <Menu
        entries={entries}
        trigger={
          <Button look="quiet" className={styles.labels ?? ''}>
            <span className={styles.cut}>{words.labels(shown)}</span>
            <Icon of={ChevronDown} size={12} />
          </Button>
        }
      />
      <Tooltip text={words.tileSize} keys={`${keysOf('tilesSmaller', session) ?? ''} ${keysOf('tilesLarger', session) ?? ''}`}>
        <input
          type="range"
          className={styles.size}
          min={0}
          max={tileHeights.length - 1}
          step={1}
          value={tileHeights.indexOf(tileHeight)}
          aria-label={words.tileSize}
          aria-valuetext={words.pixels(tileHeight)}
          onChange={(event) => look.setState({ tileHeight: tileHeights[Number(event.currentTarget.value)] ?? tileHeight })}
        />
      </Tooltip>
    </div>
  );
});
