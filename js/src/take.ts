// One task on the page: what Python sends of it, what only the page knows of it, and the card that follows from both. A widget
// of one task has one of these, a grid has many.

import { card } from "./card";
import { noteArrival, secondsSince, startWith } from "./clock";
import { copyText } from "./copy";
import { shape } from "./format";
import type { CardState } from "./state";
import { silence } from "./time";
import { type Ask, freshUi, type Handlers } from "./ui";

/** Milliseconds for which the card says "copied", and for which it waits for a fresh link. */
const COPIED_FOR = 1600;
const RENEWAL = 8000;

const urls = (state: CardState) => state.outputs.map((output) => output.url).join(" ");

/** The state as it was last known, without what needs a kernel, or moves. */
const atRest = (state: CardState): CardState => ({
  ...state,
  _actions: [],
  _clock: { ...state._clock, ticking: false },
  _face: {
    ...state._face,
    bar: "none",
    warn: false,
    save: "",
    ...(state._face.tone === "accent" && { tone: "neutral" }),
  },
});

export type Take = ReturnType<typeof take>;

/** `send` asks the kernel; `redraw` is called when something changed that Python did not send. */
export function take(first: CardState, send: (what: Ask) => void, redraw: () => void) {
  let state = first;
  let ui = freshUi();
  let lastMessage: number | undefined;
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const renewed = new Set<number>();
  startWith(state._clock, performance.now(), Date.now() / 1000);

  const now = () => secondsSince(state._clock, performance.now(), lastMessage);
  const later = (ms: number, then: () => void) => timers.add(setTimeout(then, ms));

  const act: Handlers = {
    ask: send,
    set(change) {
      ui = { ...ui, ...change };
      redraw();
    },
    measured: (width, height) => ui.ratio ?? act.set({ ratio: shape(width, height) }),
    async copy(what, text, from) {
      const copied = { what, ok: await copyText(text, from) };
      act.set({ copied });
      later(COPIED_FOR, () => ui.copied === copied && act.set({ copied: null }));
    },
    // A link works for about a day. A fresh one is asked for once per output; then the card says that it cannot play.
    failed(index) {
      const mark = (as: "renewing" | "gone") => act.set({ broken: { ...ui.broken, [index]: as } });
      if (renewed.has(index)) return mark("gone");
      renewed.add(index);
      mark("renewing");
      send("renew");
      later(RENEWAL, () => ui.broken[index] === "renewing" && mark("gone"));
    },
  };

  return {
    get state() {
      return state;
    },
    silence: () => silence(state, now()),
    update(change: Partial<CardState>) {
      const next = { ...state, ...change };
      if (urls(next) !== urls(state)) ui = { ...ui, broken: {} };
      state = next;
      lastMessage = performance.now();
      noteArrival(state._clock, lastMessage);
    },
    card: (compact: boolean, gone: boolean) =>
      card({ state: gone ? atRest(state) : state, ui, act, compact, now: now() }),
    end() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
