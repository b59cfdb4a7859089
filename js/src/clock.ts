// How old a message is. Python writes durations as of the moment it sends; the page adds what has passed since they came.
//
// The arrival is kept for each clock *value*, because a host may hand every view a model object of its own while the value
// behind them is one: so two views of a card never disagree. A view that starts with a clock whose arrival nobody saw (the
// page was reloaded) takes its age from the kernel's wall clock, until the kernel answers its "sync".

import type { Clock } from "./state";

/** `passed`: seconds since the clock was written. `silent`: seconds since the kernel last sent anything. */
export interface Now {
  passed: number;
  silent: number;
}

const DAY = 86400;
const writtenAt = new WeakMap<Clock, number>();

/** A message brought this clock at `now` (monotonic milliseconds). The first view to notice decides. */
export function noteArrival(clock: Clock, now: number): void {
  if (!writtenAt.has(clock)) writtenAt.set(clock, now);
}

/** A view starts with this clock: unless its arrival was seen, take its age from the wall clock (seconds). */
export function startWith(clock: Clock, now: number, wall: number): void {
  const age = wall - clock.at;
  noteArrival(clock, age >= 0 && age <= DAY ? now - age * 1000 : now);
}

/** `lastMessage` is when the kernel last sent this view anything else. */
export function secondsSince(clock: Clock, now: number, lastMessage?: number): Now {
  const passed = Math.max(0, (now - (writtenAt.get(clock) ?? now)) / 1000);
  return { passed, silent: lastMessage ? (now - lastMessage) / 1000 : passed };
}
