// Wires a model to the page: traits in, small messages out. Nothing here writes a trait.

import { render as draw } from "preact";
import type { State } from "./state";
import { take } from "./take";
import { tick } from "./ticker";
import type { Ask } from "./ui";

// Every trait, by name; the compiler sees to it that none is missing.
const TRAITS = Object.keys({
  task_id: 0,
  code: 0,
  message: 0,
  action: 0,
  status: 0,
  progress: 0,
  fail_reason: 0,
  failure_code: 0,
  submit_time: 0,
  start_time: 0,
  finish_time: 0,
  data: 0,
  outputs: 0,
  _face: 0,
  _clock: 0,
  _request: 0,
  _actions: 0,
} satisfies Record<keyof State, 0>) as (keyof State)[];

/** What is used of a host's model. */
export interface Model {
  get<K extends keyof State>(name: K): State[K];
  on(event: string, then: () => void): void;
  off(event: string, then: () => void): void;
  send(message: unknown): void;
}

/** What a host gives. `signal` came later than cleanup functions; some hosts know one, some the other. */
export interface Host {
  model: Model;
  el: HTMLElement;
  signal?: AbortSignal | undefined;
}

function render({ model, el, signal }: Host): () => void {
  const read = () => Object.fromEntries(TRAITS.map((name) => [name, model.get(name)])) as unknown as State;
  const root = el.appendChild(document.createElement("div"));
  const one = take(read(), ask, soon);
  let rest: (() => void) | null = null;
  let due = false;
  let over = false;

  // Without a kernel there is nobody to ask; the card stays as it is.
  function ask(what: Ask) {
    try {
      model.send({ ask: what });
    } catch {}
  }

  function paint() {
    due = false;
    if (over) return;
    draw(one.card(), root);
    if (one.ticking) rest ??= tick(beat);
    else pause();
  }

  function pause() {
    rest?.();
    rest = null;
  }

  // Some hosts drop a view without a word, others take it off the page and bring it back: a card that is not on the page rests
  // until a message comes or it is seen again.
  function beat() {
    if (el.isConnected) paint();
    else pause();
  }

  // One message may change many traits: the card is drawn once.
  function soon() {
    if (!due) queueMicrotask(paint);
    due = true;
  }

  function changed() {
    one.update(read());
    soon();
  }

  function cleanup() {
    over = true;
    pause();
    one.end();
    seen?.disconnect();
    for (const name of TRAITS) model.off(`change:${name}`, changed);
    signal?.removeEventListener("abort", cleanup);
    draw(null, root);
    root.remove();
  }

  const seen = typeof IntersectionObserver === "function" ? new IntersectionObserver(soon) : null;
  seen?.observe(root);
  for (const name of TRAITS) model.on(`change:${name}`, changed);
  signal?.addEventListener("abort", cleanup);
  paint();
  ask("sync");
  return cleanup;
}

export default { render };
