/** One field of CSV. */

/** A text as RFC 4180 wants it: quoted only where it must be. */
export function csvText(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
