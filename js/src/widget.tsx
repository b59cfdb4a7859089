// Connects a model to the page: traits in, small messages out. Nothing here writes a trait.

import type { AnyWidget } from "@anywidget/types";
import { render as draw, Fragment, h, hydrate } from "preact";
import type { After, Look } from "./after";
import { keepFocus } from "./focus";
import { grid } from "./grid";
import { ground } from "./ground";
import { Icon } from "./icons";
import { kernelIsGone, watchKernel } from "./kernel";
import { page } from "./page";
import { asksFor, receive } from "./second";
import { single } from "./single";
import type { Clock } from "./state";
import { asker } from "./sync";
import { everySecond } from "./ticker";
import type { Model, Send, Shown } from "./view";

/** What is used of what a host gives. Not every host passes `signal` (anywidget 0.11 does); the others call the cleanup. */
export interface Host {
  model: Model;
  el: HTMLElement;
  signal?: AbortSignal | undefined;
  /** What is to be done when the kernel is gone, where another than a host draws: such a card is in the document already. */
  lost?: () => void;
}

/** Milliseconds within which a message may be an answer. */
const ANSWER = 5000;
/** Seconds of silence after which a card asks where nothing comes unless it is asked for. (Colab: colabtools#3373) */
const SOON = 10;
/** Milliseconds in which Python answers to a button. */
const PATIENCE = 3_000;

/** Without a kernel there is nobody to ask; the card stays as it is. */
const sender =
  (model: Model): Send =>
  (message) => {
    page.sentAt = performance.now();
    try {
      model.send(message);
    } catch {}
  };

function show({ model, el, signal, lost }: Host): Shown {
  const root = el.appendChild(document.createElement("div"));
  root.className = "rw";
  const focus = keepFocus(root);
  let stopTicking: (() => void) | undefined;
  let redrawQueued = false;
  let disposed = false;
  let broken = false;
  let seen = true;
  let lacking = false;
  let hint = "";
  let waiting: ReturnType<typeof setTimeout>;

  const send = sender(model);
  const isGrid = model.get("_takes");
  /** What somebody asks for with a button. Python says at once that it has heard it; not every host can ask it. */
  const press: Send = (message) => {
    send(message);
    say("");
    waiting = setTimeout(say, PATIENCE, "no answer from Python");
  };
  const view = (isGrid ? grid : single)(model, press, scheduleRedraw);
  const sync = asker("sync");
  const second = asksFor(model);
  let look: Look | undefined;
  let keeper: ReturnType<After["keepInNotebook"]> | undefined;

  // The live regions are there from the start: one that is put on the page together with its words is not read out.
  // A message that makes no sense costs a drawing, and nothing of the other cards: what stood there stays until another comes.
  function safely(what: () => void) {
    try {
      what();
    } catch (error) {
      console.error(error);
      pause();
    }
  }

  function redraw() {
    redrawQueued = false;
    if (!disposed) safely(drawAll);
  }

  function drawAll() {
    const gone = kernelIsGone(model);
    if (gone && lost) return lost();
    page.hears &&= !view.missed();
    const asking = !gone && sync.check(missed(), send);
    lacking = !gone && !page.after && view.late() && second.check(true, send);
    look ??= page.after?.look(root, view, scheduleRedraw);
    const drawing = (
      <>
        {view.draw(gone, look)}
        <div class="rw-spoken" role="status">
          {view.announcement()}
        </div>
        <p class={gone ? "rw-small rw-warn" : "rw-small"} role="status">
          {gone && !view.ended() ? [<Icon name="warn" />, model.get("_lost")] : hint}
        </p>
      </>
    );
    focus.during(() => {
      // What broke off in the middle cannot be gone on with (Preact 10), so the next one begins with an empty place.
      if (broken) root.replaceChildren();
      const put = broken ? hydrate : draw;
      broken = true;
      put(drawing, root);
      broken = false;
    });
    look?.update(gone);
    if (!lost) keeper ??= page.after?.keepInNotebook(model, isGrid ? "grid" : "task", send, say);
    keeper?.update(view.ended());
    if (asking || lacking || (view.ticking() && !gone)) stopTicking ??= everySecond(onTick);
    else pause();
  }

  function pause() {
    stopTicking?.();
    stopTicking = undefined;
  }

  const missed = () => view.missed(page.hears ? undefined : SOON);

  // JupyterLab takes cells that are scrolled out of view off the page and brings them back (jupyterlab#16630), and a host may
  // drop a view without calling its cleanup. So a card that is not on the page stops ticking until a message comes or it is
  // seen again. One that is on the page out of view has no clock that anybody sees: it only asks for what it lacks.
  function onTick() {
    if (!root.isConnected) pause();
    else if (seen || lacking || missed()) redraw();
  }

  /** Under the card, until Python is heard. */
  function say(words: string) {
    clearTimeout(waiting);
    hint = words;
    scheduleRedraw();
  }

  // One message may change many traits: the card is drawn once.
  function scheduleRedraw() {
    if (!redrawQueued) queueMicrotask(redraw);
    redrawQueued = true;
  }

  function onMessage(message?: unknown) {
    page.hears ||= performance.now() - page.sentAt > ANSWER;
    if (message) say(""); // a host may have changes of traits, and no messages
    safely(() => {
      view.update(message);
      keeper?.update(view.ended(), message);
    });
    scheduleRedraw();
  }

  const onChange = () => onMessage();

  const measure = () => root.style.setProperty("--rw-0", ground(root));

  function onReturn() {
    measure();
    sync.wake();
    second.wake();
    scheduleRedraw();
  }

  function cleanup() {
    disposed = true;
    pause();
    clearTimeout(waiting);
    view.end();
    look?.end();
    keeper?.end();
    focus.end();
    visibility.disconnect();
    theme.disconnect();
    document.removeEventListener("visibilitychange", onReturn);
    page.views.delete(scheduleRedraw);
    draw(null, root);
    root.remove();
    // Last, because NiceGUI's model cannot take a listener back, and raises (3.18).
    forgetKernel();
    model.off("msg:custom", onMessage);
    for (const name of view.events) model.off(name, onChange);
  }

  const visibility = new IntersectionObserver((entries) => {
    seen = !!entries.pop()?.isIntersecting;
    if (seen) onReturn();
  });
  visibility.observe(root);
  document.addEventListener("visibilitychange", onReturn);
  // Hosts change their theme by an attribute of the page, or of what is in it (Solara).
  const theme = new MutationObserver(measure);
  theme.observe(document, { attributeFilter: ["class", "data-bs-theme"], subtree: true });
  page.views.add(scheduleRedraw);
  const forgetKernel = watchKernel(model, scheduleRedraw);
  model.on("msg:custom", onMessage);
  for (const name of view.events) model.on(name, onChange);
  signal?.addEventListener("abort", cleanup);
  measure();
  redraw();
  return { root, moved: focus.restore, end: cleanup };
}

const render = (host: Host) => show(host).end;

/** Called as soon as the comm is open, also for a card that is out of view: so Python knows that this page can draw it. */
function initialize({ model }: { model: Model }): () => void {
  const send = sender(model);
  const card = { model, show: (el: HTMLElement, lost: () => void) => show({ model, el, lost }) };

  /**
   * From its end on a card may be drawn where its twin stands; before, a twin is that of an earlier kernel, which says more. That
   * needs the second bundle, also where the card ended out of view, or before the page was loaded.
   */
  function enter(message?: unknown) {
    const { summary } = (message ?? {}) as { summary?: Pick<Clock, "ticking"> };
    const clock: Pick<Clock, "ticking"> | null = summary ?? model.get("_summary") ?? model.get("_clock");
    if (clock?.ticking !== false) return;
    page.cards.set(model.get("_twin"), card);
    if (page.after) page.after.islands.look();
    else asksFor(model).check(true, send);
  }

  model.on("msg:custom", receive);
  model.on("msg:custom", enter);
  model.on("change:_clock", enter);
  send({ ask: "ready" });
  enter();
  return () => {
    const name = model.get("_twin");
    if (page.cards.get(name) === card) page.cards.delete(name);
    page.after?.islands.forget(card);
  };
}

export default { initialize, render } satisfies AnyWidget;
