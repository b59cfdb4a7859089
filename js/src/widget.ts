// Wires a model to the page: traits in, small messages out. Nothing here writes a trait.

import { render as draw } from "preact";
import { filing } from "./document";
import { grid } from "./grid";
import { single } from "./single";
import { tick } from "./ticker";
import type { Model } from "./view";

/** What a host gives. `signal` came later than cleanup functions; some hosts know one, some the other. */
export interface Host {
  model: Model;
  el: HTMLElement;
  signal?: AbortSignal | undefined;
}

function render({ model, el, signal }: Host): () => void {
  const root = el.appendChild(document.createElement("div"));
  const view = (model.get("_takes") ? grid : single)(model, root, send, soon);
  let rest: (() => void) | null = null;
  let due = false;
  let over = false;
  const hint = document.createElement("p");
  hint.className = "rw-sum";
  const unfile = filing(model, send, (words) => {
    hint.textContent = words;
    el.append(hint);
  });

  // Without a kernel there is nobody to ask; the card stays as it is.
  function send(message: unknown) {
    try {
      model.send(message);
    } catch {}
  }

  function paint() {
    due = false;
    if (over) return;
    view.paint();
    if (view.ticking()) rest ??= tick(beat);
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

  function changed(message?: unknown) {
    view.update(message);
    soon();
  }

  function cleanup() {
    over = true;
    pause();
    view.end();
    unfile();
    hint.remove();
    seen?.disconnect();
    for (const name of view.events) model.off(name, changed);
    signal?.removeEventListener("abort", cleanup);
    draw(null, root);
    root.remove();
  }

  const seen = typeof IntersectionObserver === "function" ? new IntersectionObserver(soon) : null;
  seen?.observe(root);
  for (const name of view.events) model.on(name, changed);
  signal?.addEventListener("abort", cleanup);
  paint();
  send({ ask: "sync" });
  return cleanup;
}

export default { render };
