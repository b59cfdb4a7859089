// Numbers as people read them. Pure, and defined for every number: no "NaN" and no "-1" ever comes out.

const whole = (seconds: number): number => (seconds < 1e9 ? Math.max(0, Math.floor(seconds)) : 0);
const two = (n: number): string => String(n).padStart(2, "0");

/** A stretch of time as a stopwatch shows it: "0:48", "1:18", "1:02:03". */
export function duration(seconds: number): string {
  const s = whole(seconds);
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor(s / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

/** How long ago, or how soon, in one unit: "2 s", "3 min", "1 h". */
export function age(seconds: number): string {
  const s = whole(seconds);
  if (s < 120) return `${s} s`;
  return s < 7200 ? `${Math.floor(s / 60)} min` : `${Math.floor(s / 3600)} h`;
}

/** An estimate, rounded up to what it is worth: an "about" that changes each second would only tremble. */
export function estimate(seconds: number): string {
  const s = whole(seconds);
  const step = s < 10 ? 1 : s < 60 ? 5 : s < 600 ? 10 : 60;
  return duration(Math.ceil(s / step) * step);
}

/** Width over height, kept within what a card can show; null where that is no number. */
export function shape(width: number, height: number): number | null {
  const ratio = width / height;
  return ratio > 0 && Number.isFinite(ratio) ? Math.min(4, Math.max(0.4, ratio)) : null;
}
