/** The fields of media columns: `image.width` and the like, what each costs, and where its value stands in what is known of a file. */
import type { CellValue } from '../model/cell.ts';
import type { Level, MediaFacts, RemoteFacts } from '../model/media.ts';
import type { ColumnType } from '../model/table.ts';

/** What is known of a file. `reference` gives the address: `url` where a web address is asked with more than its identity (a signature). */
export interface KnownOfFile {
  readonly remote: RemoteFacts | null;
  readonly facts: MediaFacts | null;
  readonly reference: { readonly canonical: string; readonly url?: string };
}

/** A field. `read` gives null where it is not known. */
export interface MediaField {
  readonly name: string;
  readonly type: ColumnType;
  readonly level: Level;
  readonly isVolatile: boolean;
  readonly help: string;
  readonly of: readonly ('image' | 'video' | 'audio')[];
  readonly read: (known: KnownOfFile) => CellValue;
}

const everything = ['image', 'video', 'audio'] as const;
const pictures = ['image', 'video'] as const;
const sounds = ['video', 'audio'] as const;

function field(name: string, type: ColumnType, level: Level, of: MediaField['of'], help: string, read: MediaField['read']): MediaField {
  return { name, type, level, isVolatile: false, help, of, read };
}

type FactName = Exclude<keyof MediaFacts, 'metadata'>;

function fact(name: string, type: ColumnType, of: MediaField['of'], help: string, key: FactName): MediaField {
  return field(name, type, 'header', of, help, ({ facts }) => facts?.[key] ?? null);
}

function asValue(value: unknown): CellValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(asValue);
  if (typeof value !== 'object') return null;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, asValue(part)]));
}

/** All fields, in the order in which they are documented. `exif.…` is read by `readField` too, name by name. */
export const mediaFields: readonly MediaField[] = [
  fact('width', 'int', pictures, 'Width in pixels, as displayed.', 'width'),
  fact('height', 'int', pictures, 'Height in pixels, as displayed.', 'height'),
  fact('pixel_width', 'int', pictures, 'Width in pixels, as stored.', 'pixelWidth'),
  fact('pixel_height', 'int', pictures, 'Height in pixels, as stored.', 'pixelHeight'),
  fact('orientation', 'int', ['image'], 'EXIF orientation, 1 to 8.', 'orientation'),
  fact('mode', 'string', ['image'], 'Colour mode: RGB, RGBA, L, CMYK, P …', 'mode'),
  field('exif', 'json', 'header', ['image'], 'What the camera wrote; image.exif.Make is one of it.', ({ facts }) =>
    asValue(facts?.metadata.exif ?? null),
  ),
  fact('duration', 'float', sounds, 'Length in seconds.', 'duration'),
  fact('fps', 'float', ['video'], 'Pictures a second.', 'fps'),
  fact('codec', 'string', sounds, 'Codec of the picture, or of the sound where there is no picture.', 'codec'),
  fact('rotation', 'int', ['video'], 'Degrees clockwise by which it is turned when shown: 0, 90, 180, 270.', 'rotation'),
  fact('has_audio', 'bool', ['video'], 'True where it has sound.', 'hasAudio'),
  fact('sample_rate', 'int', sounds, 'Samples a second.', 'sampleRate'),
  fact('channels', 'int', sounds, 'Channels of the sound.', 'channels'),
  fact('bitrate', 'int', sounds, 'Bits a second of the sound.', 'bitrate'),
  fact('title', 'string', sounds, 'Title, by its tags.', 'title'),
  fact('artist', 'string', sounds, 'Artist, by its tags.', 'artist'),
  fact('album', 'string', sounds, 'Album, by its tags.', 'album'),
  fact('format', 'string', everything, 'Format by content: jpeg, png, mp4, mp3 …', 'format'),
  fact('mime', 'string', everything, 'MIME type by content.', 'mime'),
  field('metadata', 'json', 'header', everything, 'Everything that the header says.', ({ facts }) => asValue(facts?.metadata ?? null)),
  field('size', 'int', 'head', everything, 'Size of the file in bytes.', ({ remote }) => remote?.size ?? null),
  field('etag', 'string', 'head', everything, 'ETag or generation: changes when the file does.', ({ remote }) => remote?.etag ?? null),
  field('modified', 'timestamp', 'head', everything, 'When the file was changed.', ({ remote }) => remote?.modified ?? null),
  field('fileurl', 'string', 'none', everything, 'The address of the file.', ({ reference }) => reference.url ?? reference.canonical),
  {
    // Where the whole file lies is known to who fetched it, not to the facts.
    ...field('localpath', 'string', 'full', everything, 'Path of the whole file on this computer; fetches it.', () => null),
    isVolatile: true,
  },
];

const byName: ReadonlyMap<string, MediaField> = new Map(mediaFields.map((entry) => [entry.name, entry]));

/** The fields of a media column's type; `media` has all. None for other types. */
export function fieldsOf(type: ColumnType): readonly MediaField[] {
  if (type === 'media') return mediaFields;
  return mediaFields.filter(({ of }) => of.some((kind) => kind === type));
}

/** A field by its name, or null; `exif.Make` is one, of JSON. */
export function mediaFieldNamed(name: string): MediaField | null {
  if (!name.startsWith('exif.')) return byName.get(name) ?? null;
  const key = name.slice('exif.'.length);
  return field(name, 'json', 'header', ['image'], `${key} of the EXIF data.`, ({ facts }) => exifPart(facts, key));
}

function exifPart(facts: MediaFacts | null, key: string): CellValue {
  const exif = facts?.metadata.exif;
  if (exif === null || typeof exif !== 'object' || !Object.hasOwn(exif, key)) return null;
  return asValue(Object.getOwnPropertyDescriptor(exif, key)?.value ?? null);
}

/** The value of a field out of what is known of the file; null where that does not say. `localpath` is always null here. */
export function readField(name: string, known: KnownOfFile): CellValue {
  return mediaFieldNamed(name)?.read(known) ?? null;
}
