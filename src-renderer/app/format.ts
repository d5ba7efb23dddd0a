/** Counts, sizes and times for people. Sizes are in powers of 1000; counts and dates follow the locale of the window. */

const counts = new Intl.NumberFormat();
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** `3,214`. */
export function formatCount(value: number): string {
  return counts.format(value);
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `8.4 MB`: three digits at most, in powers of 1000; a non-breaking space before the unit. */
export function formatSize(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  const rounded = Number(value.toFixed(digits));
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: digits }).format(rounded)}\u00a0${units[unit]}`;
}

/** Time left in two units at most: `5 h 12 min`, `3 d 4 h`, `40 s`. Zero or less gives `0 s`. */
export function formatLeft(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds}\u00a0s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}\u00a0min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours}\u00a0h` : `${hours}\u00a0h ${minutes % 60}\u00a0min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days}\u00a0d` : `${days}\u00a0d ${hours % 24}\u00a0h`;
}

/** Length of a video or a sound: `0:42`, `1:03:20`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, '0')];
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** An instant near now, as one says it: `19:24` today, `tomorrow 02:30`, `28 Nov, 19:24` otherwise. */
export function formatEnd(instant: string, now: number): string {
  const date = new Date(instant);
  const days = daysFrom(date, now);
  if (days === 0) return clock.format(date);
  if (days === 1) return `tomorrow ${clock.format(date)}`;
  return `${day.format(date)}, ${clock.format(date)}`;
}

/** True where an instant is on the same day as now, in the window's own zone. */
export function isToday(instant: string, now: number): boolean {
  return daysFrom(new Date(instant), now) === 0;
}

function daysFrom(date: Date, now: number): number {
  const dayOf = (time: Date) => new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
  return Math.round((dayOf(date) - dayOf(new Date(now))) / 86_400_000);
}

/** A full date with its time, in the window's own zone. */
export function formatInstant(instant: string): string {
  return dayAndClock.format(new Date(instant));
}

/** How long ago: `just now`, `2 min ago`, `5 h ago`, else the date. */
export function formatAgo(instant: string, now: number): string {
  const age = now - Date.parse(instant);
  if (age < 60_000) return 'just now';
  return age < 86_400_000 ? `${formatLeft(age).split(' ')[0]} ago` : formatInstant(instant);
}

/** The same for a narrow column: what is older than a day is said by its date alone. */
export function formatAgoShort(instant: string, now: number): string {
  return now - Date.parse(instant) < 86_400_000 ? formatAgo(instant, now) : date.format(new Date(instant));
}
