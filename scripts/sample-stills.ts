/** The pictures of the sample and the icon, drawn as SVG. Everything here is ours, so the sample may be shared freely. */

const accent = '#6CC5B0';

/** The app's icon: a glass case of neutral greys with one lit edge. */
export function iconSvg(): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1024 1024">
  <defs>
    <linearGradient id="ground" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2c2c2c"/><stop offset="1" stop-color="#161616"/></linearGradient>
    <linearGradient id="front" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#ffffff" stop-opacity=".26"/><stop offset=".5" stop-color="#ffffff" stop-opacity=".07"/><stop offset="1" stop-color="#ffffff" stop-opacity=".14"/></linearGradient>
    <linearGradient id="side" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#ffffff" stop-opacity=".16"/><stop offset="1" stop-color="#ffffff" stop-opacity=".04"/></linearGradient>
  </defs>
  <rect x="64" y="64" width="896" height="896" rx="200" fill="url(#ground)"/>
  <path d="M256 388 L400 268 L784 268 L640 388 Z" fill="#ffffff" fill-opacity=".3"/>
  <path d="M640 388 L784 268 L784 652 L640 772 Z" fill="url(#side)"/>
  <path d="M256 388 H640 V772 H256 Z" fill="url(#front)"/>
  <g fill="none" stroke="#9a9a9a" stroke-width="14" stroke-linejoin="round">
    <path d="M256 388 H640 V772 H256 Z"/><path d="M256 388 L400 268 H784 V652 L640 772"/><path d="M784 268 L640 388"/>
  </g>
  <path d="M300 700 L300 460 L420 432 Z" fill="#ffffff" fill-opacity=".16"/>
  <circle cx="448" cy="620" r="84" fill="#c9c9c9"/><circle cx="420" cy="590" r="26" fill="#ffffff" fill-opacity=".7"/>
  <path d="M640 388 V772" stroke="${accent}" stroke-width="30" stroke-linecap="round"/>
</svg>`;
}

/** Things in a glass case before a coloured wall. `seed` decides colours and shapes; the same seed draws the same picture. */
export function vitrineSvg(width: number, height: number, seed: number): string {
  const random = randomFrom(seed);
  const hue = Math.floor(random() * 360);
  const unit = Math.min(width, height) / 100;
  const floor = height * 0.78;
  const things = Array.from({ length: 5 }, (_nothing, index) => {
    const x = width * (0.18 + 0.16 * index);
    const size = unit * (8 + random() * 9);
    const colour = `hsl(${(hue + 140 + index * 31) % 360} 55% ${45 + Math.floor(random() * 20)}%)`;
    if (index % 3 === 0)
      return `<circle cx="${x}" cy="${floor - size}" r="${size}" fill="${colour}"/><circle cx="${x - size / 3}" cy="${floor - size * 1.4}" r="${size / 5}" fill="#fff" fill-opacity=".55"/>`;
    if (index % 3 === 1)
      return `<rect x="${x - size * 0.7}" y="${floor - size * 2.6}" width="${size * 1.4}" height="${size * 2.6}" rx="${size / 4}" fill="${colour}"/>`;
    return `<path d="M${x - size} ${floor} L${x} ${floor - size * 2.4} L${x + size} ${floor} Z" fill="${colour}"/>`;
  }).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
  <defs>
    <linearGradient id="wall" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="hsl(${hue} 42% 78%)"/><stop offset="1" stop-color="hsl(${(hue + 40) % 360} 48% 42%)"/></linearGradient>
    <linearGradient id="glass" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".4"/><stop offset=".4" stop-color="#fff" stop-opacity=".04"/><stop offset="1" stop-color="#fff" stop-opacity=".22"/></linearGradient>
  </defs>
  <rect width="100%" height="100%" fill="url(#wall)"/>
  <rect y="${floor}" width="100%" height="${height - floor}" fill="hsl(${hue} 18% 22%)"/>
  <ellipse cx="${width / 2}" cy="${floor + unit * 2}" rx="${width * 0.42}" ry="${unit * 4}" fill="#000" fill-opacity=".25"/>
  ${things}
  <rect x="${width * 0.06}" y="${height * 0.14}" width="${width * 0.88}" height="${floor - height * 0.12}" fill="url(#glass)" stroke="#fff" stroke-opacity=".7" stroke-width="${unit}"/>
  <path d="M${width * 0.94} ${height * 0.14} V${floor + height * 0.02}" stroke="${accent}" stroke-width="${unit * 1.6}"/>
</svg>`;
}

/** A glass marble on nothing, for transparency. */
export function marbleSvg(size: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 100 100">
  <defs><radialGradient id="marble" cx=".35" cy=".3" r=".8"><stop offset="0" stop-color="#fff" stop-opacity=".9"/><stop offset=".35" stop-color="${accent}" stop-opacity=".55"/><stop offset="1" stop-color="#0E6455" stop-opacity=".85"/></radialGradient></defs>
  <circle cx="50" cy="50" r="44" fill="url(#marble)"/><path d="M22 60 Q50 20 78 44 Q56 52 22 60" fill="#fff" fill-opacity=".45"/>
</svg>`;
}

/** mulberry32: small, seeded, the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
