/** Names under which files leave the app: what every file system takes, each once in its folder. */

/** Names that Windows keeps for devices, whatever stands behind the dot. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;
/** Most file systems take 255 bytes; this leaves room for a number. */
const longestName = 240;

/** The name without separators, control characters and what Windows forbids; its extension is kept where it must be cut. */
export function safeFileName(name: string): string {
  const plain = name
    .replace(/[\u0000-\u001f\u007f<>:"/\\|?*]/g, '_')
    .replace(/[. ]+$/, '')
    .replace(/^ +/, '');
  const named = plain === '' ? 'file' : plain.replace(deviceName, '_$&');
  if (Buffer.byteLength(named) <= longestName) return named;
  const { stem, extension } = partsOf(named);
  let cut = [...stem];
  while (cut.length > 1 && Buffer.byteLength(cut.join('')) + Buffer.byteLength(extension) > longestName) cut = cut.slice(0, -1);
  return `${cut.join('')}${extension}`;
}

/** The same for several files of one folder: `a.jpg`, `a 2.jpg`, … Capitals make no other name on many systems. */
export function safeFileNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const safe = safeFileName(name);
    const { stem, extension } = partsOf(safe);
    let free = safe;
    for (let number = 2; taken.has(free.normalize('NFC').toLowerCase()); number += 1) free = `${stem} ${number}${extension}`;
    taken.add(free.normalize('NFC').toLowerCase());
    return free;
  });
}

function partsOf(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.');
  const isExtension = dot > 0 && name.length - dot <= 12;
  return isExtension ? { stem: name.slice(0, dot), extension: name.slice(dot) } : { stem: name, extension: '' };
}

/** Endings of films and sound; a name with another one is not handed to the system to be opened. */
const playable =
  /\.(?:mp4|m4v|mov|qt|mkv|webm|avi|wmv|asf|flv|f4v|ts|m2ts|mts|mpg|mpeg|vob|mxf|ogv|3gp|3g2|mp3|m4a|m4b|aac|wma|wav|aif|aiff|flac|ogg|oga|opus|mka|amr|caf|ac3|dts)$/i;

/** True for a name that ends as that of a film or sound. */
export function isPlayableName(name: string): boolean {
  return playable.test(name);
}
