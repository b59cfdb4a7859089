// How the frozen card gets into a notebook whose page was reloaded, and what happens where it cannot.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { filing, type Messages, PATIENCE } from "../src/document";

const VIEW = "application/vnd.jupyter.widget-view+json";
const bundle = { "text/html": "<p>done</p>", "text/plain": "done" };
const frozen = { kind: "frozen", model_id: "m1", bundle };
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

function setup(cells?: unknown[]) {
  const heard = new Set<(message?: unknown) => void>();
  const model = {
    on: (_: string, then: () => void) => void heard.add(then),
    off: (_: string, then: () => void) => void heard.delete(then),
    ...(cells && { widget_manager: { context: { model: { cells } } } }),
  } as Messages;
  const asked: string[] = [];
  const say = vi.fn();
  const file = filing(model, (what) => asked.push(what), say);
  const answer = (message: unknown) => {
    for (const then of heard) then(message);
  };
  return { asked, say, file, answer, heard };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a card that outlives its end asks once for the frozen one, after giving the kernel time to bring it", () => {
  const { asked, file } = setup();
  file.ended();
  vi.advanceTimersByTime(PATIENCE - 1);
  expect(asked).toEqual([]);
  file.ended();
  vi.advanceTimersByTime(PATIENCE * 3);
  expect(asked).toEqual(["frozen"]);
});

test("a card that was replaced in time asks for nothing", () => {
  const { asked, file, heard } = setup();
  file.ended();
  file.end();
  vi.advanceTimersByTime(PATIENCE * 3);
  expect(asked).toEqual([]);
  expect(heard.size).toBe(0);
});

test("every output that shows the card is replaced, and no other", () => {
  const other = view("m2");
  const live = view("m1", { runway_widget: { live: true } });
  const first = cell({}, view("m1"), other);
  const second = cell(live, view("m1"));
  const { answer, say } = setup([first, {}, second]);
  answer(frozen);
  const card = { output_type: "display_data", data: bundle, metadata: {} };
  expect(first.saved).toEqual([{}, card, other]);
  expect(second.saved).toEqual([live, card]);
  vi.advanceTimersByTime(PATIENCE * 3);
  expect(say).not.toHaveBeenCalled();
});

test("where the document is out of reach, the card says how to keep it, if it is still there a little later", () => {
  const { answer, say } = setup();
  answer(frozen);
  expect(say).not.toHaveBeenCalled();
  vi.advanceTimersByTime(PATIENCE);
  expect(say).toHaveBeenCalledOnce();
});

test.each([undefined, null, "frozen", { kind: "takes" }])("the message %j is not for it", (message) => {
  const one = cell(view("m1"));
  const { answer, say } = setup([one]);
  answer(message);
  vi.advanceTimersByTime(PATIENCE);
  expect(one.saved).toEqual([view("m1")]);
  expect(say).not.toHaveBeenCalled();
});
