// The live card in the place of its static twin, in the page alone.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { page } from "../src/page";
import widget from "../src/widget";
import { FakeModel } from "./model";
import { clear, fakeTime } from "./mount";
import { everyGrid, everyState } from "./states";

const { success } = everyState();
const TWIN = success._twin;

fakeTime();
let forget: (() => void)[] = [];
beforeEach(() => page.cards.clear());
afterEach(async () => {
  for (const each of forget) each();
  forget = [];
  clear();
  await vi.advanceTimersByTimeAsync(3100); // swept up, and nobody looks at a kernel any more
});

/** A model whose comm has opened on this page. */
function known(state: object = success): FakeModel {
  const model = new FakeModel(state);
  forget.push(widget.initialize({ model }));
  return model;
}

const html = (name: string) =>
  `<div class="runway-static" data-runway-card="${name}"><style></style><div class="runway-task">static</div></div>`;

/** An output, as a host draws it. */
function output(name = TWIN): HTMLElement {
  const el = document.body.appendChild(document.createElement("div"));
  el.innerHTML = html(name);
  return el;
}

/** Observers are called, and what has gone is swept up. */
const settled = () => vi.advanceTimersByTimeAsync(1100);
const observed = () => vi.advanceTimersByTimeAsync(0);
const isLive = (el: Element) => el.querySelector("button") !== null && !el.textContent?.includes("static");
const isStatic = (el: Element) => el.querySelector(".runway-static > .runway-task")?.textContent === "static";

test("wherever a static card of this session stands, the live one is drawn", async () => {
  const before = output();
  const model = known();
  const outputs = [before, output(), output()];
  await observed();
  expect(outputs.map(isLive)).toEqual([true, true, true]);
  outputs[1]?.querySelector<HTMLElement>('[aria-label="Star"]')?.click();
  expect(model.sent).toContainEqual({ ask: "pick" });
  model.update({ _face: { ...success._face, word: "Done in 9:59" } });
  await observed();
  for (const el of outputs) expect(el.textContent).toContain("Done in 9:59");
});

test("a grid is drawn where its static one stands", async () => {
  known(everyGrid()["six to choose among"]);
  const el = output();
  await observed();
  expect(el.querySelector(".rw-grid")).not.toBeNull();
  expect(isStatic(el)).toBe(false);
});

test.each(["", "another's", `${TWIN}"`])(
  "a card of the name '%s', which no model here has, stays static",
  async (name) => {
    known();
    const el = output(name.replace('"', "&quot;"));
    await observed();
    expect(isStatic(el)).toBe(true);
  },
);

test("a card that still runs, as of a kernel that was started anew, is drawn where a twin stands when it has ended", async () => {
  const model = known({ ...success, _clock: { ...success._clock, ticking: true } });
  const el = output();
  await observed();
  expect(isStatic(el)).toBe(true);
  model.update({ _clock: success._clock });
  await observed();
  expect(isLive(el)).toBe(true);
});

test("a grid that still runs is drawn there when its last message has come", async () => {
  const state = everyGrid()["six to choose among"];
  const model = known({ ...state, _summary: { ...state?._summary, ticking: true } });
  const el = output();
  await observed();
  expect(isStatic(el)).toBe(true);
  model.emit("msg:custom", { kind: "takes", whole: true, changes: state?._takes, summary: state?._summary });
  await observed();
  expect(isLive(el)).toBe(true);
});

test("a card has its name from when its task has an id, and none before", async () => {
  const model = known({ ...success, _twin: "" });
  const [nameless, el] = [output(""), output()];
  await observed();
  expect([nameless, el].map(isStatic)).toEqual([true, true]);
  model.update({ _twin: TWIN, _clock: { ...success._clock } });
  await observed();
  expect(isLive(el)).toBe(true);
});

test("without a kernel the static card stays, and when its kernel goes it comes back", async () => {
  const gone = known({ ...success, layout: { comm_live: false }, _lost: "gone" });
  const el = output();
  await observed();
  expect(isStatic(el)).toBe(true);
  gone.update({ layout: { comm_live: true } });
  page.after?.islands.look();
  expect(isLive(el)).toBe(true);
  gone.update({ layout: { comm_live: false } });
  gone.emit("comm_live_update");
  await observed();
  expect(isStatic(el)).toBe(true);
});

test("a kernel whose going no host tells of is noticed, and nothing looks for it any more", async () => {
  const model = known();
  const el = output();
  await settled();
  expect(isLive(el)).toBe(true);
  model.update({ layout: { comm_live: false } });
  await vi.advanceTimersByTimeAsync(2100);
  expect(isStatic(el)).toBe(true);
  await vi.advanceTimersByTimeAsync(4000);
  expect(vi.getTimerCount()).toBe(0);
});

test("a card that Python closes is static again, also where one comes later", async () => {
  known();
  const el = output();
  await observed();
  expect(isLive(el)).toBe(true);
  forget.pop()?.();
  expect(isStatic(el)).toBe(true);
  const late = output();
  await observed();
  expect(isStatic(late)).toBe(true);
});

test("of two models of one name, as after a new connection, the later one stays when the first one is closed", async () => {
  known();
  const el = output();
  await observed();
  const later = known();
  forget.shift()?.();
  await observed();
  expect(isLive(el)).toBe(true);
  el.querySelector<HTMLElement>('[aria-label="Star"]')?.click();
  expect(later.sent).toContainEqual({ ask: "pick" });
});

test("a page keeps no card whose kernel is gone, also where none of it is to be seen", async () => {
  const seen = known();
  const unseen = known({ ...success, _twin: "another" });
  output();
  await settled();
  for (const model of [seen, unseen]) model.update({ layout: { comm: { jsServicesComm: { isDisposed: true } } } });
  await vi.advanceTimersByTimeAsync(2100);
  expect([...page.cards.keys()]).toEqual([]);
});

test("the viewer closes onto the static card, where the kernel has gone meanwhile", async () => {
  const model = known();
  const el = document.body.appendChild(document.createElement("div"));
  el.innerHTML = html(TWIN).replace("static<", '<a href="https://media.example/a.mp4">static</a><');
  await observed();
  el.querySelector<HTMLElement>(".rw-cover")?.click();
  model.update({ layout: { comm_live: false } });
  model.emit("comm_live_update");
  await settled();
  document.querySelector("dialog")?.close();
  expect(document.activeElement).toBe(el.querySelector("a"));
});

test("where a host draws an output anew the view moves there, with its elements and the focus", async () => {
  const model = known();
  const el = output();
  const beside = output();
  await observed();
  const article = el.querySelector("article");
  const star = el.querySelector<HTMLElement>('[aria-label="Star"]');
  star?.focus();
  const listening = model.listening();
  el.innerHTML = html(TWIN);
  await settled();
  expect(el.querySelector("article")).toBe(article);
  expect(beside.querySelector("article")).not.toBe(article);
  expect(document.activeElement).toBe(star);
  expect([isLive(el), isLive(beside)]).toEqual([true, true]);
  expect(model.listening()).toBe(listening);
});

test("a card that is off the page for a while holds nothing, and is live again when it is back", async () => {
  const model = known();
  const listening = model.listening();
  const el = output();
  await observed();
  el.remove();
  await settled();
  expect(isStatic(el)).toBe(true);
  expect(model.listening()).toBe(listening);
  document.body.append(el);
  await observed();
  expect(isLive(el)).toBe(true);
});

test("it does not ask to be kept in the document, where it is already", async () => {
  const model = known();
  output();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(model.sent).not.toContainEqual(expect.objectContaining({ ask: "frozen" }));
});
