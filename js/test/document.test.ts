// How the frozen card gets into a notebook whose page was reloaded, and what happens where it cannot.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Filed, filing, PATIENCE } from "../src/document";

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

function setup(traits: Record<string, unknown> = { status: "IN_PROGRESS" }, cells?: unknown[]) {
  const heard = new Set<(message?: unknown) => void>();
  const asked: unknown[] = [];
  const model = {
    get: (name: string) => traits[name],
    on: (_: string, then: () => void) => void heard.add(then),
    off: (_: string, then: () => void) => void heard.delete(then),
    ...(cells && { widget_manager: { context: { model: { cells } } } }),
  } as Filed;
  const hint = vi.fn();
  const end = filing(model, (message) => asked.push(message), hint);
  const hear = (message?: unknown) => {
    for (const then of heard) then(message);
  };
  return { traits, asked, hint, end, hear, heard };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const wait = (part = 1) => vi.advanceTimersByTime(PATIENCE * part);

test.each(["SUCCESS", "FAILURE", "CANCELLED"])(
  "a card that outlives %s asks once, when the kernel had its time",
  (status) => {
    const { traits, asked, hear } = setup();
    wait();
    traits.status = status;
    hear();
    wait(0.9);
    expect(asked).toEqual([]);
    hear();
    wait(3);
    hear();
    wait();
    expect(asked).toEqual([{ ask: "frozen" }]);
  },
);

test("a view that finds the end when it comes asks too: the page was away meanwhile", () => {
  const { asked } = setup({ status: "SUCCESS" });
  wait();
  expect(asked).toEqual([{ ask: "frozen" }]);
});

test("a grid asks when its last take has ended", () => {
  const { asked, hear } = setup({ _summary: { ticking: true } });
  hear({ kind: "takes", summary: { ticking: true } });
  wait();
  expect(asked).toEqual([]);
  hear({ kind: "takes", summary: { ticking: false } });
  wait();
  expect(asked).toEqual([{ ask: "frozen" }]);
});

test("a card that was replaced in time asks for nothing", () => {
  const { asked, end, heard } = setup({ status: "SUCCESS" });
  end();
  wait(3);
  expect(asked).toEqual([]);
  expect(heard.size).toBe(0);
});

test("every output that shows the card is replaced, and no other", () => {
  const other = view("m2");
  const live = view("m1", { runway_widget: { live: true } });
  const first = cell({}, view("m1"), other);
  const second = cell(live, view("m1"));
  const { hear, hint } = setup({ status: "SUCCESS" }, [first, {}, second]);
  wait();
  hear(frozen);
  const card = { output_type: "display_data", data: bundle, metadata: {} };
  expect(first.saved).toEqual([{}, card, other]);
  expect(second.saved).toEqual([live, card]);
  wait(3);
  expect(hint).not.toHaveBeenCalled();
});

test("where the document is out of reach, the card says how to keep it, if it is still there a little later", () => {
  const { hear, hint } = setup({ status: "SUCCESS" });
  wait();
  hear(frozen);
  expect(hint).not.toHaveBeenCalled();
  wait();
  expect(hint.mock.calls).toEqual([[expect.stringContaining("task.show()")]]);
});

test("where nobody answers, because nothing can be kept, the card says nothing", () => {
  const { hint } = setup({ status: "SUCCESS" });
  wait(9);
  expect(hint).not.toHaveBeenCalled();
});
