// The last message is followed by none: whoever misses it must ask.
//
// A message may be lost on its way: the server drops what comes too fast ("IOPub data rate exceeded"), a connection that breaks
// swallows some, a page sleeps. The view knows by its clock and by its numbers that something should have come, and asks for all
// that there is.

import type { Ask } from "./ui";
import type { Send } from "./view";

/** Milliseconds from one question to the next, to begin with; each pause is twice as long as the one before. */
const PAUSE = 10_000;
/** Questions without an answer, after which nobody is asked any more until the page or the card comes back into view. */
const LIMIT = 7;

/** Asks once, at the first check, and then whenever something was missed. */
export function asker(ask: Ask) {
  let asked = -1;
  let last = 0;
  return {
    /** To be called each second, and after each message. True: it is missing still, and is to be asked for. */
    check(missed: boolean, send: Send): boolean {
      const now = performance.now();
      if (asked >= 0 && !missed) asked = 0;
      else if (asked < 0 || (asked < LIMIT && now - last >= PAUSE * 2 ** asked)) {
        send(asked < 0 ? { ask } : { ask, again: true });
        asked += 1;
        last = now;
      }
      return missed && asked < LIMIT;
    },
    /** The page or the card is seen again after a while: what is missing need not wait any more. */
    wake() {
      asked = Math.min(asked, 0);
    },
  };
}
