/** A JPEG as cameras write it: a thumbnail in the second directory of EXIF, a larger preview behind the picture by MPF. */

/** A directory of TIFF, little-endian: entries of one number each, and where the next directory is. */
function directory(entries: readonly (readonly [tag: number, type: number, count: number, value: number])[], next: number): Buffer {
  const bytes = Buffer.alloc(2 + entries.length * 12 + 4);
  bytes.writeUInt16LE(entries.length, 0);
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = 2 + index * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  }
  bytes.writeUInt32LE(next, bytes.length - 4);
  return bytes;
}

const tiffHead = Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0]);

function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

function exif(orientation: number, thumbnail: Uint8Array): Buffer {
  const second = 8 + 2 + 12 + 4;
  const picture = second + 2 + 3 * 12 + 4;
  const parts = [
    tiffHead,
    directory([[0x0112, 3, 1, orientation]], second),
    directory(
      [
        [0x0103, 3, 1, 6],
        [0x0201, 4, 1, picture],
        [0x0202, 4, 1, thumbnail.length],
      ],
      0,
    ),
    thumbnail,
  ];
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), ...parts]));
}

/** `type` is that of CIPA DC-007: 0x010001 for VGA, 0x010002 for full HD, 0 for maps of depth or gain. */
function mpf(preview: Uint8Array, type: number, behind: number): Buffer {
  const entries = 8 + 2 + 2 * 12 + 4;
  const index = directory(
    [
      [0xb001, 4, 1, 2],
      [0xb002, 7, 32, entries],
    ],
    0,
  );
  const table = Buffer.alloc(32);
  table.writeUInt32LE(0x030000, 0);
  table.writeUInt32LE(type, 16);
  table.writeUInt32LE(preview.length, 20);
  table.writeUInt32LE(behind, 24);
  return segment(0xe2, Buffer.concat([Buffer.from('MPF\0', 'latin1'), tiffHead, index, table]));
}

/** Puts a thumbnail, and a preview with its type where one is given, into a JPEG that has neither. */
export function cameraJpeg(
  picture: Uint8Array,
  { orientation, thumbnail, preview }: { orientation: number; thumbnail: Uint8Array; preview?: { bytes: Uint8Array; type: number } },
): Uint8Array {
  const first = exif(orientation, thumbnail);
  const rest = picture.subarray(2);
  if (!preview) return Buffer.concat([picture.subarray(0, 2), first, rest]);
  const length = mpf(preview.bytes, preview.type, 0).length;
  // Offsets count from the TIFF head of the index: four bytes of marker, four of name.
  const second = mpf(preview.bytes, preview.type, length - 8 + rest.length);
  return Buffer.concat([picture.subarray(0, 2), first, second, rest, preview.bytes]);
}
