// One task on the page: what Python sends of it, what only the page knows of it, and the card that follows from both. A widget
// of one task has one of these, a grid has many.

import { card } from "./card";
import { noteArrival, secondsSince, startWith } from "./clock";
import { copyText } from "./copy";
import { shape } from "./format";
import type { CardState } from "./state";
import { silence } from "./time";
import { freshUi, type Handlers } from "./ui";

/** Milliseconds for which the card says "copied", and for which it waits for new links. */
const COPIED_FOR = 1600;
const RENEWAL = 8000;
/** The longest that a timer for a later moment runs: it stands still while the machine sleeps. */
const MINUTE = 60_000;

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

/** `send` asks the kernel, `Handlers.ask` as it is for this task; `redraw` is called when something changed that Python did not send. */
export function take(first: CardState, send: Handlers["ask"], redraw: () => void) {
  let state = first;
  let ui = freshUi();
  let lastMessage: number | undefined;
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const renewed = new Set<number>();
  let alarm: ReturnType<typeof setTimeout> | undefined;
  startWith(state._clock, performance.now(), Date.now() / 1000);

  const now = () => secondsSince(state._clock, performance.now(), lastMessage);
  const expired = () => Date.now() >= (state._face.expires ?? Infinity) * 1000;
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
    // The link may have ended. A new one is asked for once per output; then only the card's user asks again.
    failed(index) {
      act.set({ broken: { ...ui.broken, [index]: true } });
      if (!renewed.has(index)) act.renew();
      renewed.add(index);
    },
    renew() {
      if (ui.renewing) return;
      act.set({ renewing: true });
      send("renew");
      later(RENEWAL, () => act.set({ renewing: false }));
    },
  };

  /** Has the card say that its links have ended, when they do. Python sends nothing then. */
  function setAlarm() {
    clearTimeout(alarm);
    const left = (state._face.expires ?? 0) * 1000 - Date.now();
    if (left > 0) alarm = setTimeout(setAlarm, Math.min(left, MINUTE));
    else if (expired()) redraw();
  }
  setAlarm();

  return {
    act,
    get state() {
      return state;
    },
    get ui() {
      return ui;
    },
    /** It runs, or has ended. */
    late: () => state._face.stage !== "dim",
    silence: (after?: number) => silence(state, now(), after),
    update(change: Partial<CardState>) {
      const next = { ...state, ...change };
      if (urls(next) !== urls(state)) ui = { ...ui, broken: {}, renewing: false };
      if (next._face.expired !== state._face.expired) ui = { ...ui, renewing: false }; // it says why there are none
      state = next;
      setAlarm();
      lastMessage = performance.now();
      noteArrival(state._clock, lastMessage);
    },
    card: (compact: string, gone: boolean) =>
      card({ state: gone ? atRest(state) : state, ui, act, compact, now: now(), expired: expired(), gone }),
    end() {
      clearTimeout(alarm);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
