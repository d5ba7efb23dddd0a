/** What is seen of a sound: its cover where it has one, who plays what, and how loud it is over its length. */
import { AudioLines } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import type { MediaFacts } from '../../../src-shared/model/media.ts';
import { useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { drawPeaks } from '../look/draw-peaks.ts';
import { Waveform } from '../look/waveform.tsx';
import styles from './sound-stage.module.css';

/** Bars of the waveform. */
const bars = 240;

interface SoundStageProps {
  readonly media: MediaCell;
  readonly facts: MediaFacts | null;
  readonly mediaBase: string;
  readonly time: number;
  readonly duration: number | null;
  readonly onSeek: (time: number) => void;
}

export function SoundStage({ media, facts, mediaBase, time, duration, onSeek }: SoundStageProps) {
  const peaks = usePeaks(media.referenceId, mediaBase);
  const [cover, setCover] = useState<'waiting' | 'shown' | 'none'>('waiting');
  const share = duration === null || duration <= 0 ? 0 : Math.min(1, time / duration);
  const who = [facts?.artist, facts?.album].filter((text) => text !== null && text !== undefined && text !== '');
  return (
    <div className={styles.sound}>
      <div className={styles.cover}>
        {cover === 'shown' ? null : <Icon of={AudioLines} size={32} className={styles.kind} />}
        {cover === 'none' ? null : (
          <img
            className={styles.picture}
            src={`${mediaBase}thumbnail/${media.referenceId}/1024`}
            alt={words.coverOf(facts?.title ?? media.name)}
            hidden={cover !== 'shown'}
            onLoad={() => setCover('shown')}
            onError={() => setCover('none')}
          />
        )}
      </div>
      <div className={styles.beside}>
        <p className={styles.title}>{facts?.title ?? media.name}</p>
        <p className={styles.who}>{who.join(' · ')}</p>
        <div
          role="img"
          aria-label={words.waveform}
          className={styles.waveform}
          onPointerDown={(event) => {
            const { left, width } = event.currentTarget.getBoundingClientRect();
            if (duration !== null && width > 0) onSeek(((event.clientX - left) / width) * duration);
          }}
        >
          {peaks.length === 0 ? (
            <div className={styles.line} />
          ) : (
            <>
              <Waveform peaks={peaks} bars={bars} className={styles.ahead} />
              <div className={styles.played} style={{ clipPath: `inset(0 ${(1 - share) * 100}% 0 0)` }}>
                <Waveform peaks={peaks} bars={bars} className={styles.done} />
              </div>
            </>
          )}
        </div>
      </div>
    </div>
  );
}

/** None while they are not there, and where they cannot be made. The window decodes what the core does not. */
function usePeaks(referenceId: number, mediaBase: string): readonly number[] {
  const { client } = useSession();
  const [peaks, setPeaks] = useState<readonly number[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    async function ask(): Promise<void> {
      const kept = await client.files.peaks({ referenceId }, { signal });
      if (kept.ok && !signal.aborted) setPeaks(kept.value.peaks);
      if (kept.ok || kept.error.cause !== 'unsupported') return;
      const drawn = await drawPeaks({ mediaBase, referenceId, signal });
      if (!drawn) return;
      setPeaks(drawn.peaks);
      await client.files.putPeaks({ referenceId, peaks: drawn });
    }
    // Rejects when one moves on, and then nobody waits for them.
    void ask().catch(() => undefined);
    return () => abort.abort();
  }, [client, referenceId, mediaBase]);
  return peaks;
}
