// The last message is followed by none: whoever misses it must ask.
//
// A message may be lost on its way: the server drops what comes too fast ("IOPub data rate exceeded"), a connection that breaks
// swallows some, a page sleeps. The view knows by its clock and by its numbers that something should have come, and asks for all
// that there is.

import type { Send } from "./view";

/** Milliseconds from one question to the next, to begin with; each pause is twice as long as the one before. */
const PAUSE = 10_000;
/** Questions without an answer, after which nobody is asked any more until the page or the card comes back into view. */
const LIMIT = 7;

/** Asks once for the present state, and then whenever `check` is told that something was missed. */
export function asker(send: Send) {
  let asked = 0;
  let last = performance.now();
  send({ ask: "sync" });
  return {
    /** To be called each second, and after each message. True: it is missing still, and is to be asked for. */
    check(missed: boolean): boolean {
      const now = performance.now();
      if (!missed) asked = 0;
      else if (asked < LIMIT && now - last >= PAUSE * 2 ** asked) {
        asked += 1;
        last = now;
        send({ ask: "sync", again: true });
      }
      return missed && asked < LIMIT;
    },
    /** The page or the card is seen again after a while: what is missing need not wait any more. */
    wake() {
      asked = 0;
    },
  };
}
