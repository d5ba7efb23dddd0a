/** One policy for the page in every host. */

/**
 * The Content-Security-Policy of the window's page. `mediaSource` is where pictures and players read from: `'self'` on loopback,
 * `vitrine-media:` in Electron; the window reads sound from there to draw it. Nothing else is reachable; no inline script, no inline style element, no frame, no plugin.
 */
export function contentSecurityPolicy(mediaSource: "'self'" | 'vitrine-media:'): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' ${mediaSource === "'self'" ? '' : `${mediaSource} `}data: blob:`,
    `media-src ${mediaSource} blob:`,
    "font-src 'self'",
    `connect-src 'self'${mediaSource === "'self'" ? '' : ` ${mediaSource}`}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}

/** For bytes of strangers: whatever they are, they run nothing and load nothing when opened by themselves. */
export const strangerPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'";
