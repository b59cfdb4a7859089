// Connects a model to the page: traits in, small messages out. Nothing here writes a trait.

import type { AnyWidget } from "@anywidget/types";
import { render as draw, Fragment, h } from "preact";
import { keepInNotebook } from "./document";
import { grid } from "./grid";
import { single } from "./single";
import { everySecond } from "./ticker";
import type { Model, Send } from "./view";

/** What is used of what a host gives. Not every host passes `signal` (anywidget 0.11 does); the others call the cleanup. */
export interface Host {
  model: Model;
  el: HTMLElement;
  signal?: AbortSignal | undefined;
}

function render({ model, el, signal }: Host): () => void {
  const root = el.appendChild(document.createElement("div"));
  root.className = "rw";
  let stopTicking: (() => void) | null = null;
  let redrawQueued = false;
  let disposed = false;
  let hint = "";

  // Without a kernel there is nobody to ask; the card stays as it is.
  const send: Send = (message) => {
    try {
      model.send(message);
    } catch {}
  };

  const isGrid = Boolean(model.get("_takes"));
  const view = (isGrid ? grid : single)(model, send, scheduleRedraw);
  const events = ["msg:custom", ...view.events];
  const keeper = keepInNotebook(model, isGrid ? "grid" : "task", send, (words) => {
    hint = words;
    scheduleRedraw();
  });

  // The live regions are there from the start: one that is put on the page together with its words is not read out.
  function redraw() {
    redrawQueued = false;
    if (disposed) return;
    draw(
      <>
        {view.draw()}
        <div class="rw-spoken" role="status">
          {view.announcement()}
        </div>
        <p class="rw-small" role="status">
          {hint}
        </p>
      </>,
      root,
    );
    if (view.ticking()) stopTicking ??= everySecond(onTick);
    else pause();
  }

  function pause() {
    stopTicking?.();
    stopTicking = null;
  }

  // JupyterLab takes cells that are scrolled out of view off the page and brings them back (jupyterlab#16630), and a host may
  // drop a view without calling its cleanup. So a card that is not on the page stops ticking until a message comes or it is
  // seen again.
  function onTick() {
    if (el.isConnected) redraw();
    else pause();
  }

  // One message may change many traits: the card is drawn once.
  function scheduleRedraw() {
    if (!redrawQueued) queueMicrotask(redraw);
    redrawQueued = true;
  }

  function onChange(message?: unknown) {
    view.update(message);
    keeper.update(view.ended(), message);
    scheduleRedraw();
  }

  function cleanup() {
    disposed = true;
    pause();
    view.end();
    keeper.end();
    visibility.disconnect();
    for (const name of events) model.off(name, onChange);
    draw(null, root);
    root.remove();
  }

  const visibility = new IntersectionObserver(scheduleRedraw);
  visibility.observe(root);
  for (const name of events) model.on(name, onChange);
  signal?.addEventListener("abort", cleanup);
  keeper.update(view.ended());
  redraw();
  send({ ask: "sync" });
  return cleanup;
}

export default { render } satisfies AnyWidget;
