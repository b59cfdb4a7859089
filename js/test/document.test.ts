// How the static card gets into a notebook whose page was reloaded, and what happens where it cannot.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepInNotebook, type NotebookModel, PAGE, PATIENCE } from "../src/after/document";

const VIEW = "application/vnd.jupyter.widget-view+json";
const bundle = { "text/html": "<p>done</p>", "text/plain": "done" };
const frozen = { kind: "frozen", page: PAGE, model_id: "m1", bundle };
const forAnother = { ...frozen, page: "another" };
const ASK = { ask: "frozen", page: PAGE };
const AGAIN = { ...ASK, again: true };
const view = (model_id: string, metadata = {}) => ({
  output_type: "display_data",
  data: { [VIEW]: { model_id } },
  metadata,
});

type Saved = { data?: object; metadata?: object };

/** JupyterLab's list of a cell's outputs. */
function cell(...saved: Saved[]) {
  return {
    saved,
    outputs: {
      length: saved.length,
      get: (at: number) => saved[at] ?? {},
      set: (at: number, it: Saved) => (saved[at] = it),
    },
  };
}

function setup(cells?: unknown[], traits: Record<string, unknown> = {}) {
  const asked: unknown[] = [];
  const document = cells && { widget_manager: { context: { model: { cells } } } };
  const model = { ...document, get: (name: string) => traits[name] } as NotebookModel;
  const hint = vi.fn();
  return { asked, hint, ...keepInNotebook(model, "task", (message) => asked.push(message), hint) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const wait = (part = 1) => vi.advanceTimersByTime(PATIENCE * part);

test("a card that outlives its end asks when the kernel had its time, and again, ever more seldom, but not for ever", () => {
  const { asked, update } = setup();
  update(false);
  wait();
  update(true);
  wait(0.9);
  expect(asked).toEqual([]);
  update(true);
  wait(0.1);
  expect(asked).toEqual([ASK]);
  for (const pause of [2, 4, 8, 16, 32]) {
    const before = asked.length;
    wait(pause - 0.1);
    expect(asked).toHaveLength(before);
    update(true);
    wait(0.1);
    expect(asked.slice(before)).toEqual([AGAIN]);
  }
  wait(1000);
  update(true);
  wait(1000);
  expect(asked).toHaveLength(6);
});

test("a card that learns that nothing is to be kept asks no more, and says nothing", () => {
  const { asked, update, hint } = setup();
  update(true);
  wait();
  update(true, { kind: "frozen", model_id: "m1", bundle: null });
  wait(100);
  expect(asked).toEqual([ASK]);
  expect(hint).not.toHaveBeenCalled();
});

test("a card that was replaced in time asks for nothing", () => {
  const { asked, update, end } = setup();
  update(true);
  end();
  wait(3);
  expect(asked).toEqual([]);
});

test("every output that shows the card is replaced, and no other", () => {
  const other = view("m2");
  const live = view("m1", { runway_widget: { live: true } });
  const first = cell({}, view("m1"), other);
  const second = cell(live, view("m1"));
  const { update, hint } = setup([first, {}, second]);
  update(true, frozen);
  const card = { output_type: "display_data", data: bundle, metadata: {} };
  expect(first.saved).toEqual([{}, card, other]);
  expect(second.saved).toEqual([live, card]);
  wait(3);
  expect(hint).not.toHaveBeenCalled();
});

test.each([
  ["is out of reach", undefined],
  ["holds the card only inside of another widget", [cell(view("m2"))]],
])("where the document %s, its place is asked for once more, and then the card says how to keep it", (_, cells) => {
  const { update, hint, asked } = setup(cells);
  update(true);
  wait();
  update(true, frozen);
  wait();
  expect(asked).toEqual([ASK, AGAIN]);
  update(true, frozen);
  expect(hint).not.toHaveBeenCalled();
  wait();
  expect(hint.mock.calls).toEqual([[expect.stringContaining("task.show()")]]);
  wait(1000);
  expect(asked).toHaveLength(2);
});

test("a card that nobody answers says how to keep it, and is silent about it once somebody does", () => {
  const { update, hint, asked } = setup([cell(view("m1"))]);
  update(true);
  wait(2.9);
  expect(hint).not.toHaveBeenCalled();
  wait(0.2);
  expect(hint.mock.calls).toEqual([[expect.stringContaining("task.show()")]]);
  expect(asked).toEqual([ASK, AGAIN]);
  update(true, frozen);
  expect(hint).toHaveBeenLastCalledWith("");
  wait(1000);
  expect(asked).toHaveLength(2);
});

test("a card whose kernel is gone does not say so, since nothing can be kept any more", () => {
  const { update, hint } = setup([], { layout: { comm_live: false } });
  update(true);
  wait(100);
  expect(hint).not.toHaveBeenCalled();
});

test("what is for another page is not kept by this one, which asks a moment later if its view is still there", () => {
  const shared = cell(view("m1"));
  const { update, hint, asked } = setup([shared]);
  update(true);
  wait();
  update(true, forAnother);
  wait(0.9);
  expect(shared.saved).toEqual([view("m1")]);
  expect(asked).toEqual([ASK]);
  wait(0.1);
  expect(asked).toEqual([ASK, ASK]);
  update(true, frozen);
  expect(shared.saved).toEqual([{ output_type: "display_data", data: bundle, metadata: {} }]);
  wait(1000);
  expect(asked).toHaveLength(2);
  expect(hint).not.toHaveBeenCalledWith(expect.stringContaining("show()"));
});

test("two pages that both show a card which is to stay live do not ask on and on", () => {
  const { update, asked } = setup([cell(view("m1", { runway_widget: { live: true } }))]);
  update(true);
  wait();
  update(true, frozen);
  for (let turn = 0; turn < 9; turn += 1) {
    update(true, forAnother);
    wait(2);
  }
  expect(asked).toEqual([ASK]);
});

test("a page that never gets its turn does not ask for ever", () => {
  const { update, asked } = setup([cell(view("m1"))]);
  update(true);
  for (let turn = 0; turn < 20; turn += 1) {
    update(true, forAnother);
    wait(2);
  }
  expect(asked).toHaveLength(6);
});

test.each([undefined, "", null])("an answer that names no card (%s) leaves every output as it is", (model_id) => {
  const outputs = cell({}, { data: { "text/html": "mine" } }, view("m1"), { data: { [VIEW]: {} } });
  const before = [...outputs.saved];
  const { update } = setup([outputs]);
  update(true);
  wait();
  update(true, { ...frozen, model_id });
  expect(outputs.saved).toEqual(before);
});
