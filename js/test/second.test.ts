// The second bundle comes to the page when a card is about to need it: asked for once, imported once, and never mixed.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BUILD, page } from "../src/page";
import widget from "../src/widget";
import { FakeModel } from "./model";
import { clear, drawn, mount } from "./mount";
import { compact, everyGrid, everyState, NOW } from "./states";

const { queue, running, success, failure } = everyState();
const there = page.after;
const ASK = { ask: "after" };
const AGAIN = { ask: "after", again: true };

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1000 });
  delete page.after;
  page.askers = new WeakMap();
});
afterEach(() => {
  clear();
  page.after = there;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const questions = (...models: FakeModel[]) =>
  models.flatMap(({ sent }) => sent.filter((message) => (message as { ask: string }).ask === "after"));

/** A second bundle that leaves a trace; `build` says which first one it belongs to. */
const script = (build = BUILD) =>
  `globalThis.imported = (globalThis.imported ?? 0) + 1;
   export const build = "${build}";
   const part = () => ({ update() {}, end() {}, bar() {} });
   export const start = (kit) => ({ keepInNotebook: part, look: part, star() {}, islands: { look() {} }, kit });`;

/** The kernel's answer to `model`, whose page imports it. Node imports no blob, so that is an address of the text itself. */
async function answer(model: FakeModel, text: string) {
  vi.stubGlobal("imported", undefined);
  const url = `data:text/javascript,${encodeURIComponent(`${text}//${Math.random()}`)}`;
  const create = vi.spyOn(URL, "createObjectURL").mockReturnValue(url);
  const revoke = vi.spyOn(URL, "revokeObjectURL").mockReturnValue();
  model.message({ kind: "after", text });
  await vi.waitFor(() => expect(revoke).toHaveBeenCalledWith(url));
  const blob = create.mock.calls[0]?.[0] as Blob;
  expect([blob.type, blob.size]).toEqual(["text/javascript", text.length]);
}

test.each([
  ["waits in the queue", queue, []],
  ["runs", running, [ASK]],
  ["has succeeded", success, [ASK]],
  ["has failed", failure, [ASK]],
])("a card whose task %s asks for what it will need", (_, state, asked) => {
  expect(questions(mount(state).model)).toEqual(asked);
});

test("a grid asks when its first take is under way", async () => {
  const { model } = mount(everyGrid()["two in the queue"]);
  expect(questions(model)).toEqual([]);
  model.message({
    kind: "takes",
    changes: { 1: compact(running) },
    summary: { ...everyGrid()["two running"]._summary },
  });
  await drawn();
  expect(questions(model)).toEqual([ASK]);
});

test("many cards of a page ask once, and again, ever more seldom, but not for ever", async () => {
  const models = Array.from({ length: 5 }, () => mount(failure).model);
  expect(questions(...models)).toEqual([ASK]);
  await pass(9);
  expect(questions(...models)).toEqual([ASK]);
  await pass(2);
  expect(questions(...models)).toEqual([ASK, AGAIN]);
  await pass(18);
  expect(questions(...models)).toEqual([ASK, AGAIN]);
  await pass(4);
  expect(questions(...models)).toEqual([ASK, AGAIN, AGAIN]);
  await pass(1400);
  expect(questions(...models)).toHaveLength(8);
  expect(vi.getTimerCount()).toBe(0);
});

test("the cards of each notebook ask their own kernel", () => {
  const notebooks = [{}, {}];
  const models = [0, 0, 1, 1].map((n) => Object.assign(new FakeModel(success), { widget_manager: notebooks[n] }));
  for (const model of models) mount(success, model);
  expect(models.map((model) => questions(model).length)).toEqual([1, 0, 1, 0]);
});

test("without a kernel nobody is asked", () => {
  expect(questions(mount({ ...success, layout: { comm_live: false }, _lost: "gone" }).model)).toEqual([]);
});

test("what comes is used by every card of the page, though the one that asked is gone, and nobody asks any more", async () => {
  const asking = mount(failure);
  const other = mount(failure);
  widget.initialize({ model: asking.model });
  asking.cleanup();
  await answer(asking.model, script());
  expect(page.after).toHaveProperty("kit.h");
  await drawn();
  mount(running);
  await pass(100);
  expect(questions(asking.model, other.model)).toEqual([ASK]);
  expect(vi.getTimerCount()).toBe(1); // that of the card that runs
  const create = vi.spyOn(URL, "createObjectURL").mockClear();
  asking.model.message({ kind: "after", text: script() });
  expect(create).not.toHaveBeenCalled();
});

test.each([
  ["of another build", script("another"), 1],
  ["that is broken", "export const = 1", undefined],
])("a script %s is not used, and the cards go on without", async (_, text, imported) => {
  const { model, el } = mount(success);
  widget.initialize({ model });
  const before = el.innerHTML;
  await answer(model, text);
  expect(globalThis).toHaveProperty("imported", imported);
  expect(page.after).toBeUndefined();
  await drawn();
  expect(el.innerHTML).toBe(before);
});
