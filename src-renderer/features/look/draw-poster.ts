/**
 * The poster of a video that the core has no decoder for: the window's own player shows one frame, hidden, and it is drawn. First the
 * tiny file of one frame that the core cuts out, else the video itself, a tenth of the way in.
 */

/** The largest thumbnail there is; smaller ones are made of it. */
const longestSide = 1024;
const quality = 0.85;
/** Where a film has begun and its end is not given away. */
const placeOfPoster = 0.1;
/** A server that is silent for so long is given up, in ms. */
const patienceMilliseconds = 30_000;

export interface DrawnPoster {
  /** JPEG in base64. */
  readonly picture: string;
  readonly width: number;
  readonly height: number;
}

/**
 * Null where the player of this window does not understand the video; where `mayRead` is false, also where its one frame does not do.
 * Rejects when the signal is aborted.
 */
export async function drawPoster(options: {
  mediaBase: string;
  referenceId: number;
  mayRead: boolean;
  signal: AbortSignal;
}): Promise<DrawnPoster | null> {
  const { mediaBase, referenceId, mayRead, signal } = options;
  const drawn = await drawFrame({ address: `${mediaBase}poster-source/${referenceId}`, place: 0, signal });
  if (drawn || !mayRead) return drawn;
  return await drawFrame({ address: `${mediaBase}media/${referenceId}`, place: placeOfPoster, signal });
}

async function drawFrame({ address, place, signal }: { address: string; place: number; signal: AbortSignal }): Promise<DrawnPoster | null> {
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  // In the app media have a scheme of their own; without this a canvas they were drawn on cannot be read.
  video.crossOrigin = 'anonymous';
  try {
    const known = whenEither(video, 'loadedmetadata', signal);
    video.src = address;
    if (!(await known) || video.videoWidth === 0) return null;
    const seconds = Number.isFinite(video.duration) ? video.duration * place : 0;
    if (seconds > 0) {
      const sought = whenEither(video, 'seeked', signal);
      video.currentTime = seconds;
      if (!(await sought)) return null;
    }
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA && !(await whenEither(video, 'loadeddata', signal))) return null;
    return await draw(video);
  } finally {
    // Without an address the browser gives the request and the decoder up.
    video.removeAttribute('src');
    video.load();
  }
}

/** True when the event came, false when the player failed or nothing came for long. */
function whenEither(video: HTMLVideoElement, event: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const settle = (how: () => void) => () => {
      done.abort();
      clearTimeout(timer);
      how();
    };
    const timer = setTimeout(
      settle(() => resolve(false)),
      patienceMilliseconds,
    );
    const listen = { once: true, signal: done.signal };
    const leave = settle(() => reject(signal.reason));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, listen);
    video.addEventListener(
      event,
      settle(() => resolve(true)),
      listen,
    );
    video.addEventListener(
      'error',
      settle(() => resolve(false)),
      listen,
    );
  });
}

async function draw(video: HTMLVideoElement): Promise<DrawnPoster | null> {
  const scale = Math.min(1, longestSide / Math.max(video.videoWidth, video.videoHeight));
  const width = Math.max(1, Math.round(video.videoWidth * scale));
  const height = Math.max(1, Math.round(video.videoHeight * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.drawImage(video, 0, 0, width, height);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
  return { picture: await toBase64(blob), width, height };
}

function toBase64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result).replace(/^[^,]*,/, '')));
    reader.addEventListener('error', () => reject(reader.error));
    reader.readAsDataURL(blob);
  });
}
