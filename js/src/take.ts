// One task on the page: what Python says of it, what only the page knows of it, and the card that follows from both. A widget
// of one task has one of these, a grid has many.

import { announce, silent } from "./announce";
import { card } from "./card";
import { arrived, found, reckon } from "./clock";
import { copyText } from "./copy";
import type { State } from "./state";
import { type Acts, type Ask, freshUi } from "./ui";

const SAID = 1600;
const RENEWAL = 8000;

const urls = (state: State) => state.outputs.map((output) => output.url).join(" ");

export type Take = ReturnType<typeof take>;

/** `send` asks the kernel; `redraw` is called when something changed that Python did not send. */
export function take(first: State, send: (what: Ask) => void, redraw: () => void) {
  let state = first;
  let ui = freshUi();
  let spoken = silent;
  let word = Number.NEGATIVE_INFINITY;
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const renewed = new Set<number>();
  found(state._clock, performance.now(), Date.now() / 1000);

  const later = (ms: number, then: () => void) => timers.add(setTimeout(then, ms));

  const act: Acts = {
    ask: send,
    set(change) {
      ui = { ...ui, ...change };
      redraw();
    },
    copy(what, text, from) {
      void copyText(text, from).then((ok) => {
        const copied = { what, ok };
        act.set({ copied });
        later(SAID, () => ui.copied === copied && act.set({ copied: null }));
      });
    },
    // A link lives about a day. A fresh one is asked for once per output; then the card says that it cannot play.
    failed(index) {
      const mark = (how: "renewing" | "gone") => act.set({ broken: { ...ui.broken, [index]: how } });
      if (renewed.has(index)) return mark("gone");
      renewed.add(index);
      mark("renewing");
      send("renew");
      later(RENEWAL, () => ui.broken[index] === "renewing" && mark("gone"));
    },
  };

  return {
    get ticking() {
      return state._clock.ticking;
    },
    update(next: State) {
      if (urls(next) !== urls(state)) ui = { ...ui, broken: {} };
      if (next._actions !== state._actions || next.status !== state.status) ui = { ...ui, saving: false };
      state = next;
      word = performance.now();
      arrived(state._clock, word);
    },
    card(compact = false) {
      spoken = announce(state, spoken);
      return card({ state, ui, act, compact, spoken: spoken.text, now: reckon(state._clock, performance.now(), word) });
    },
    end() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
