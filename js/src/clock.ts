// How old a message is. Python writes durations as of the moment it sends; the page adds what has passed since they came.
//
// Arrival is remembered per clock *value*, because a host may hand every view a model object of its own while the value
// behind them is one: so two views of a card never disagree. A view that finds a clock whose arrival nobody saw (the page was
// reloaded) reckons from the kernel's wall clock, until the kernel answers its "sync".

import type { Clock } from "./state";

/** `passed`: seconds since the clock was written. `silent`: seconds since the kernel last said anything. */
export interface Now {
  passed: number;
  silent: number;
}

const DAY = 86400;
const writtenAt = new WeakMap<Clock, number>();

/** A message brought this clock at `now` (monotonic milliseconds). The first view to notice decides. */
export function arrived(clock: Clock, now: number): void {
  if (!writtenAt.has(clock)) writtenAt.set(clock, now);
}

/** A view begins with this clock: unless its arrival was seen, take its age from the wall clock (seconds). */
export function found(clock: Clock, now: number, wall: number): void {
  const old = wall - clock.at;
  arrived(clock, old >= 0 && old <= DAY ? now - old * 1000 : now);
}

/** `word` is when the kernel last said anything else to this view. */
export function reckon(clock: Clock, now: number, word?: number): Now {
  const passed = Math.max(0, (now - (writtenAt.get(clock) ?? now)) / 1000);
  return { passed, silent: word === undefined ? passed : Math.min(passed, (now - word) / 1000) };
}
