/** Makes `assets/sample` and the icon: `node scripts/make-sample.ts`. The files are committed; run it when a drawing changes. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import sharp, { type Sharp } from 'sharp';
import { iconSvg, marbleSvg, vitrineSvg } from './sample-stills.ts';

const assets = join(import.meta.dirname, '..', 'assets');
const sample = join(assets, 'sample');

async function makeStills(): Promise<void> {
  writeFileSync(join(assets, 'icon.svg'), `${iconSvg()}\n`);
  await sharp(Buffer.from(iconSvg())).resize(1024, 1024).png({ compressionLevel: 9 }).toFile(join(assets, 'icon.png'));

  const upright = await sharp(Buffer.from(vitrineSvg(480, 320, 7)))
    .png()
    .toBuffer();
  for (let orientation = 1; orientation <= 8; orientation += 1) {
    await storedAs(upright, orientation).toFile(join(sample, `orientation-${orientation}.jpg`));
  }
  await sharp(Buffer.from(marbleSvg(400)))
    .png({ palette: false, compressionLevel: 9 })
    .toFile(join(sample, 'marble.png'));
  await sharp(Buffer.from(vitrineSvg(640, 427, 21)))
    .webp({ quality: 80 })
    .toFile(join(sample, 'shelf.webp'));
  await sharp(Buffer.from(vitrineSvg(640, 427, 34)))
    .avif({ quality: 60 })
    .toFile(join(sample, 'alcove.avif'));
  await sharp(Buffer.from(vitrineSvg(320, 214, 55)))
    .gif({ colours: 64 })
    .toFile(join(sample, 'corner.gif'));
  const large = await sharp(Buffer.from(vitrineSvg(4000, 2667, 89)))
    .jpeg({ quality: 72, mozjpeg: true })
    .toBuffer();
  writeFileSync(join(sample, 'hall.jpg'), large);
  const whole = await sharp(Buffer.from(vitrineSvg(900, 600, 144)))
    .jpeg({ quality: 85 })
    .toBuffer();
  // Cut inside its headers, so that not even its size can be read.
  writeFileSync(join(sample, 'broken.jpg'), whole.subarray(0, 120));
}

/** A JPEG whose stored pixels, turned by its EXIF orientation, give the upright picture. */
function storedAs(upright: Buffer, orientation: number): Sharp {
  const picture = sharp(upright);
  // What undoes each orientation (CIPA DC-008, tag 0x0112). A test looks at the result.
  const undo: Record<number, (image: Sharp) => Sharp> = {
    1: (image) => image,
    2: (image) => image.flop(),
    3: (image) => image.rotate(180),
    4: (image) => image.flip(),
    5: (image) => image.rotate(270).flop(),
    6: (image) => image.rotate(270),
    7: (image) => image.rotate(90).flop(),
    8: (image) => image.rotate(90),
  };
  return (undo[orientation] ?? ((image: Sharp) => image))(picture).withMetadata({ orientation }).jpeg({ quality: 85 });
}

/** Three seconds of a marble rolling through a case, drawn and encoded by the browser's own codecs, and packed by mediabunny. */
async function makeVideo(): Promise<void> {
  const bundle = join(import.meta.dirname, '..', 'node_modules', 'mediabunny', 'dist', 'bundles', 'mediabunny.min.cjs');
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args.filter((argument) => argument !== '--single-process' && argument !== '--no-zygote'),
  });
  try {
    const page = await browser.newPage();
    // Codecs exist in secure contexts only; no request leaves this computer.
    await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    await page.goto('https://sample.invalid/');
    await page.addScriptTag({
      content: `var module = { exports: {} }, exports = module.exports;\n${readFileSync(bundle, 'utf8')}\n;window.packer = typeof Mediabunny === 'undefined' ? module.exports : Mediabunny;`,
    });
    const encoded = await page.evaluate(drawingScript);
    writeFileSync(join(sample, 'rolling.webm'), Buffer.from(String(encoded), 'base64'));
  } finally {
    await browser.close();
  }
}

/** Runs in the page, hence as text: the DOM does not exist on this side. */
const drawingScript = `(async () => {
  const { Output, WebMOutputFormat, BufferTarget, CanvasSource } = window.packer;
  const canvas = document.createElement('canvas');
  canvas.width = 480; canvas.height = 270;
  const context = canvas.getContext('2d');
  const output = new Output({ format: new WebMOutputFormat(), target: new BufferTarget() });
  const source = new CanvasSource(canvas, { codec: 'vp9', bitrate: 400000 });
  output.addVideoTrack(source, { frameRate: 24 });
  await output.start();
  for (let frame = 0; frame < 72; frame += 1) {
    const t = frame / 71;
    const wall = context.createLinearGradient(0, 0, 480, 270);
    wall.addColorStop(0, 'hsl(' + (200 + 60 * t) + ' 35% 70%)');
    wall.addColorStop(1, 'hsl(' + (240 + 60 * t) + ' 35% 30%)');
    context.fillStyle = wall; context.fillRect(0, 0, 480, 270);
    context.fillStyle = '#222'; context.fillRect(0, 210, 480, 60);
    const x = 60 + 360 * t, y = 180 - 90 * Math.abs(Math.sin(t * Math.PI * 3)) * (1 - t);
    context.save(); context.translate(x, y); context.rotate(t * 12);
    context.fillStyle = '#6CC5B0'; context.beginPath(); context.arc(0, 0, 30, 0, 7); context.fill();
    context.fillStyle = '#F4FAF8'; context.beginPath(); context.arc(0, 0, 30, 0, 1.6); context.lineTo(0, 0); context.fill();
    context.restore();
    context.strokeStyle = 'rgba(255,255,255,.7)'; context.lineWidth = 4; context.strokeRect(24, 30, 432, 182);
    await source.add(frame / 24, 1 / 24);
  }
  await output.finalize();
  const bytes = new Uint8Array(output.target.buffer);
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
})()`;

/** Four seconds of a chord that fades, 16-bit mono at 16 kHz. */
function makeAudio(): void {
  const rate = 16_000;
  const count = rate * 4;
  const file = Buffer.alloc(44 + count * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + count * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(count * 2, 40);
  for (let index = 0; index < count; index += 1) {
    const time = index / rate;
    const chord = [220, 277.18, 329.63, 440].reduce(
      (sum, hertz, voice) => sum + (time > voice * 0.25 ? Math.sin(2 * Math.PI * hertz * time) : 0),
      0,
    );
    file.writeInt16LE(Math.round(chord * 6000 * Math.min(1, time * 20) * Math.exp(-time)), 44 + index * 2);
  }
  writeFileSync(join(sample, 'chord.wav'), file);
}

mkdirSync(sample, { recursive: true });
await makeStills();
makeAudio();
await makeVideo();
