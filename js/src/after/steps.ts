// The arithmetic of looking at takes in step. Pure: seconds and frames in, seconds out.

/** Runway's models make 24 frames a second; assumed where a browser does not say which frame it shows. */
export const USUAL_FRAME = 1 / 24;
/** Rates that films have. What is measured is rounded to one of them, if it is near. */
const RATES = [12, 15, 24000 / 1001, 24, 25, 30000 / 1001, 30, 48, 50, 60000 / 1001, 60, 120];
/** Seconds off, beyond which a film is set anew instead of hurried or held back. */
const FAR = 0.4;
/** Seconds off that nobody sees: less than half a frame. */
const NEAR = 0.015;
/** How much faster or slower a film may go to catch up. */
const NUDGE = 0.25;

/** The speeds, in the order in which the button goes through them. */
export const SPEEDS = [1, 0.5, 0.25];
export const nextSpeed = (speed: number): number => SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1;

/** The length of a frame, from the distance of two that followed each other. */
export function frameLength(measured: number): number {
  const rate = 1 / measured;
  const near = RATES.reduce((best, each) => (Math.abs(each - rate) < Math.abs(best - rate) ? each : best));
  return Math.abs(near - rate) < near * 0.02 ? 1 / near : measured;
}

/** The instant that shows the frame after (1) or before (-1) the one at `at`: its middle, which no rounding takes to another. */
export function step(at: number, by: number, frame: number, length: number): number {
  const last = Math.max(0, Math.ceil(length / frame - 1.01));
  const now = Math.floor(at / frame + 1e-3);
  return (Math.min(last, Math.max(0, now + by)) + 0.5) * frame;
}

/** What keeps a film in step that is `drift` seconds ahead: how fast it is to go, or null where it must be set anew. */
export function rateFor(drift: number, speed: number): number | null {
  if (Math.abs(drift) > FAR) return null;
  if (Math.abs(drift) < NEAR) return speed;
  return speed * (1 - Math.max(-NUDGE, Math.min(NUDGE, drift * 2)));
}

/** Where a film of this length stands when all are at `at`: one that is over holds its last frame. */
export const within = (at: number, length: number): number => Math.max(0, Math.min(at, length - 0.001));

/** Where the wipe stands, in per cent of the width, after a key; null where the key is none of its own. */
export function wipeAfter(key: string, at: number, far: boolean): number | null {
  const by = far ? 10 : 2;
  const to = { ArrowLeft: at - by, ArrowRight: at + by, Home: 0, End: 100 }[key];
  return to === undefined ? null : Math.max(0, Math.min(100, to));
}

/** Where it stands under the pointer. */
export const wipeAt = (x: number, { left, width }: { left: number; width: number }): number =>
  Math.max(0, Math.min(100, ((x - left) / width) * 100));
