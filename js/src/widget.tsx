// Wires a model to the page: traits in, small messages out. Nothing here writes a trait.

import { render as draw, Fragment, h } from "preact";
import { filing } from "./document";
import { grid } from "./grid";
import { single } from "./single";
import { tick } from "./ticker";
import type { Model, Send } from "./view";

/** What a host gives. `signal` came later than cleanup functions; some hosts know one, some the other. */
export interface Host {
  model: Model;
  el: HTMLElement;
  signal?: AbortSignal | undefined;
}

function render({ model, el, signal }: Host): () => void {
  const root = el.appendChild(document.createElement("div"));
  root.className = "rw";
  let rest: (() => void) | null = null;
  let due = false;
  let over = false;
  let hint = "";

  // Without a kernel there is nobody to ask; the card stays as it is.
  const send: Send = (message) => {
    try {
      model.send(message);
    } catch {}
  };

  const view = (model.get("_takes") ? grid : single)(model, send, soon);
  const events = ["msg:custom", ...view.events];
  const file = filing(model, send, (words) => {
    hint = words;
    soon();
  });

  // One live region for all that is shown, there from the start: what is put on the page together with its words is not read.
  function paint() {
    due = false;
    if (over) return;
    draw(
      <>
        {view.drawing()}
        <div class="rw-spoken" role="status">
          {view.spoken()}
        </div>
        <p class="rw-small" role="status">
          {hint}
        </p>
      </>,
      root,
    );
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
    file.heard(view.ended(), message);
    soon();
  }

  function cleanup() {
    over = true;
    pause();
    view.end();
    file.end();
    seen.disconnect();
    for (const name of events) model.off(name, changed);
    draw(null, root);
    root.remove();
  }

  const seen = new IntersectionObserver(soon);
  seen.observe(root);
  for (const name of events) model.on(name, changed);
  signal?.addEventListener("abort", cleanup);
  file.heard(view.ended());
  paint();
  send({ ask: "sync" });
  return cleanup;
}

export default { render };
