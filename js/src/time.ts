// The lines that change with time: elapsed, left, heard, and when the next try comes. Pure functions of a state and of the
// seconds that have passed since it was written.

import type { Now } from "./clock";
import { age, duration, estimate } from "./format";
import type { CardState } from "./state";

/** Seconds for which the kernel has been silent, if that is more than `after`, too long; 0 while all is well. */
export function silence({ _clock: clock }: CardState, now: Now, after = clock.quiet_after): number {
  return clock.ticking && after !== null && now.silent > after ? now.silent : 0;
}

/** "0:48 · about 0:30 left · heard 2 s ago", as its parts. */
export function timeParts(state: CardState, now: Now): string[] {
  const clock = state._clock;
  const on = clock.ticking ? now.passed : 0;
  const parts: string[] = [];
  if (clock.queued !== null) parts.push(`${duration(clock.queued + on)} in the queue`);
  else if (clock.elapsed !== null && clock.ticking) parts.push(duration(clock.elapsed + on));
  else if (clock.elapsed !== null && state.status !== "SUCCESS") parts.push(`after ${duration(clock.elapsed)}`);
  if (!clock.ticking || silence(state, now)) return parts;
  if (clock.left !== null && clock.left - on >= 1) parts.push(`about ${estimate(clock.left - on)} left`);
  if (clock.heard !== null) parts.push(`heard ${age(clock.heard + on)} ago`);
  return parts;
}

/** The line under the facts, with the countdown to the next try where there is one. */
export function noteLine({ _face: face, _clock: clock }: CardState, now: Now): string {
  if (clock.retry_in === null || !clock.ticking) return face.note;
  const verb = face.warn ? "trying again" : "asking again";
  const left = clock.retry_in - now.passed;
  const when = left > 0 ? `${verb} in ${age(Math.ceil(left))}` : `${verb} now`;
  return face.note ? `${face.note}; ${when}` : when;
}
