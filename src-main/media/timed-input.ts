/** Opens films and sound for the mediabunny library over our own reads: few and small ones, within budgets. */
import {
  ADTS,
  CustomSource,
  FLAC,
  Input,
  Logging,
  LogLevel,
  MATROSKA,
  MP3,
  MP4,
  MPEG_TS,
  OGG,
  QTFF,
  UnsupportedInputFormatError,
  WAVE,
  WEBM,
} from 'mediabunny';
import { errorOf, Failure, fail } from '../../src-shared/model/error.ts';
import type { ByteSource } from '../cache/byte-source.ts';
import { corrupt, createHeaderReader, type HeaderBudget, type HeaderReader, latin1 } from './header-reader.ts';
import { checkRuns, type Mp4Index, readMp4Index } from './mp4-index.ts';

/** HLS is left out on purpose: its playlists name other addresses, and a probe asks for nothing but its own file. */
const formats = [MP4, QTFF, MATROSKA, WEBM, OGG, WAVE, FLAC, MP3, ADTS, MPEG_TS];
/** A film of many hours has an index of some tens of MB, which is read by us and by the library; it comes once all the same. */
const movieBudget: HeaderBudget = { bytes: 160 * 1024 * 1024, reads: 4000 };
/** Others have tags with covers at most. */
const headerBudget: HeaderBudget = { bytes: 16 * 1024 * 1024, reads: 4000 };
/** In a damaged Matroska the library looks for the next element byte by byte: a second of work for each MB. */
const matroskaBudget: HeaderBudget = { bytes: 4 * 1024 * 1024, reads: 4000 };

/** Films of ISO boxes, by their first one. */
function isMovie(front: Uint8Array): boolean {
  return /^(ftyp|moov|mdat|free|skip|wide|styp|sidx|moof|pnot)/.test(latin1(front, 4, 8));
}

function isMatroska(front: Uint8Array): boolean {
  return latin1(front, 0, 4) === '\x1a\x45\xdf\xa3';
}

function budgetOf(front: Uint8Array): HeaderBudget {
  if (isMovie(front)) return movieBudget;
  return isMatroska(front) ? matroskaBudget : headerBudget;
}

/** What the reads of an open film may cost. */
export interface TimedReads {
  /** The reader that counts against the budget of headers. */
  readonly header: HeaderReader;
  /** Of an MP4 that has a `moov`; else null. */
  readonly index: Mp4Index | null;
  /** From now on reads count against another budget; that an earlier one was spent is forgotten. */
  spend(budget: HeaderBudget): HeaderReader;
}

/** Throws `corrupt` or `unsupported`, what reading throws, and what `work` throws as `Failure`. The source stays the caller's to close. */
export async function withTimedInput<T>(
  source: ByteSource,
  size: number,
  work: (input: Input, reads: TimedReads) => Promise<T>,
): Promise<T> {
  Logging.level = LogLevel.Silent; // its warnings about single files would stand on the command line's stderr
  const front = await source.read(0, 12);
  const header = createHeaderReader(source, 'file', budgetOf(front));
  // What reading threw is kept here: the library wraps or swallows it.
  const state = { failure: null as Failure | null, reader: header };
  const index = isMovie(front) ? await readMp4Index(header) : null;
  const isLargeWave = latin1(front, 0, 4) === 'BW64';
  const input = new Input({
    formats,
    source: new CustomSource({
      getSize: () => size,
      async read(start, end) {
        try {
          const bytes = await state.reader.bytes(start, end - start);
          if (index) checkRuns(header, bytes);
          // BW64 is RF64 under its later name (ITU-R BS.2088), which the library does not know.
          return isLargeWave && start === 0 ? new Uint8Array([0x52, 0x46, ...bytes.subarray(2)]) : bytes;
        } catch (thrown) {
          if (thrown instanceof Failure) state.failure ??= thrown;
          throw thrown;
        }
      },
      prefetchProfile: 'none',
      // Where the rest of a damaged Matroska is 8 bytes, the library (1.61) asks for them forever: each time is one of our counted reads.
      ...(isMatroska(front) ? { maxCacheSize: 0 } : {}),
      handleUnhandledError: () => undefined,
    }),
  });
  const reads: TimedReads = {
    header,
    index,
    spend(budget) {
      if (state.failure?.error.cause === 'corrupt') state.failure = null;
      state.reader = createHeaderReader(source, 'file', budget);
      return state.reader;
    },
  };
  try {
    const result = await work(input, reads);
    // The library takes a read that failed for a file that ends there; a broken connection is not what the file says.
    if (state.failure && state.failure.error.cause !== 'corrupt') throw state.failure;
    return result;
  } catch (thrown) {
    if (state.failure && errorOf(state.failure).cause !== 'internal') throw state.failure;
    if (thrown instanceof Failure) throw thrown;
    if (thrown instanceof UnsupportedInputFormatError) {
      throw fail('unsupported', { message: 'A film or sound of this kind cannot be read.', next: 'Open it elsewhere.' });
    }
    throw corrupt('its header cannot be read');
  } finally {
    input.dispose();
  }
}
