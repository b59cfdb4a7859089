// What goes wrong on the way to a page, and on it: malformed messages, a view that ends in the midst of one, a flood of them, and
// a page that sleeps.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { page } from "../src/page";
import widget from "../src/widget";
import { FakeModel } from "./model";
import { drawn, fakeTime, mount } from "./mount";
import { compact, everyGrid, everyState, NOW } from "./states";

fakeTime();

const states = everyState();
const { running, success } = states;
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

/** The traits that a card reads. */
const READ = [
  ...["task_id", "status", "failure_code", "data", "outputs", "_face", "_clock", "_request", "_actions"],
  ...["_version", "_lost", "_twin"],
];

/** What no Python of ours would send: what JSON can be, and what it cannot. */
const ODD: [string, unknown][] = [
  ["nothing", undefined],
  ["null", null],
  ["false", false],
  ["a number", 7],
  ["no number", Number.NaN],
  ["text", "SUCCESS"],
  ["a list", []],
  ["a list of nulls", [null, null]],
  ["an object", {}],
  ["an object of nulls", { ticking: null, word: null, url: null, facts: null, number: null, summary: null }],
  ["depth", { summary: { number: {} }, changes: [[[[]]]], facts: [[[]]] }],
];

let said: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  said = vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => void said.mockRestore());

test.each(ODD)("%s in the place of a trait costs one drawing", async (_, odd) => {
  for (const name of READ) {
    const neighbour = mount(running);
    const { model, words, el, cleanup } = mount(running);
    const before = neighbour.words();
    expect(() => model.update({ [name]: odd }), name).not.toThrow();
    await drawn();
    await pass(3);
    expect(el.querySelectorAll(".rw-card"), name).toHaveLength(1);
    expect(neighbour.words(), name).not.toBe(before); // its clock goes on
    model.update({ ...success, _clock: { ...success._clock } });
    await drawn();
    expect(words(), name).toBe(mount(success).words());
    expect(el.querySelectorAll(".rw-card"), name).toHaveLength(1);
    neighbour.cleanup();
    cleanup();
  }
});

describe.each(ODD)("%s in the place of a grid's message", (_, odd) => {
  test("costs nothing but itself", async () => {
    const grid = everyGrid()["two in the queue"];
    const { model, el } = mount(grid);
    const messages = [
      odd,
      { kind: odd },
      { kind: "takes", changes: odd, summary: odd },
      { kind: "takes", changes: { 0: odd, 1: odd, 99: odd, x: odd }, summary: grid._summary },
      { kind: "frozen", bundle: odd, model_id: odd },
      { kind: "after", js: odd, css: odd },
    ];
    for (const message of messages) expect(() => model.message(message as object)).not.toThrow();
    model.update({ _summary: odd });
    await drawn();
    await pass(3);
    model.update(grid);
    const takes = { 0: compact(success), 1: compact(states.failure) };
    model.message({ kind: "takes", whole: true, changes: takes, summary: { ...grid._summary, number: 9 } });
    await drawn();
    const shown = [...el.querySelectorAll<HTMLElement>(".runway-task")].map((card) => card.dataset.status);
    expect(shown).toEqual(["SUCCESS", "FAILURE"]);
  });
});

test.each(ODD)("%s as a message to a card that is shown nowhere yet neither throws nor ends it", async (_, odd) => {
  const model = new FakeModel({ ...running, _twin: "odd" });
  const cleanup = widget.initialize({ model }) as () => void;
  for (const message of [odd, { summary: odd }, { kind: odd, summary: odd }])
    expect(() => model.message(message as object)).not.toThrow();
  await drawn();
  expect(page.cards.has("odd")).toBe(false);
  model.message({ summary: { ticking: false } });
  expect(page.cards.has("odd")).toBe(true);
  cleanup();
});

describe("a view that ends in the midst of a message", () => {
  test.each([
    ["by its host's cleanup", false],
    ["by its host's signal", true],
  ])("%s leaves nothing behind", async (_, bySignal) => {
    const stop = new AbortController();
    const model = new FakeModel(running);
    const card = mount(running, model, stop.signal);
    const after = mount(running, model);
    model.on("change:status", () => (bySignal ? stop.abort() : card.cleanup()));
    model.update({ ...success, _clock: { ...running._clock } });
    await drawn();
    expect(card.el.childNodes).toHaveLength(0);
    expect(after.words()).toContain("0:30");
    after.cleanup();
    await pass(10);
    expect(model.listening()).toBe(1); // the test's own
    expect(vi.getTimerCount()).toBe(0);
  });

  test("and whose message is drawn only then is not drawn any more", async () => {
    const { model, el, cleanup } = mount(running);
    model.update({ progress: 0.7, _clock: { ...running._clock } });
    cleanup(); // before the microtask that draws
    await drawn();
    expect(vi.getTimerCount()).toBe(0);
    model.message({ kind: "takes" });
    await pass(100);
    expect(el.childNodes).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(model.sent).toEqual([{ ask: "sync" }]);
  });
});

describe("a flood", () => {
  const drawings = (model: FakeModel) => {
    const get = vi.spyOn(model, "get");
    return () => get.mock.calls.filter(([name]) => name === "layout").length; // each drawing looks once
  };

  test("of a thousand changes in one moment is drawn once", async () => {
    const { model, words } = mount(running);
    const count = drawings(model);
    for (let number = 0; number < 1000; number += 1)
      model.update({ progress: number / 1000, _face: { ...running._face, percent: number / 10 } });
    model.update(success);
    await drawn();
    expect(count()).toBe(1);
    expect(words()).toBe(mount(success).words());
  });

  test("of a thousand in a second ends in what came last, with one question and one timer", async () => {
    const { model, el, words, update } = mount(running);
    for (let number = 0; number < 1000; number += 1) {
      await update({ _face: { ...running._face, percent: number / 10 }, _clock: { ...running._clock } });
      if (number % 10 === 0) await vi.advanceTimersByTimeAsync(10);
    }
    expect(model.sent).toEqual([{ ask: "sync" }]);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(2);
    await update(success);
    expect(words()).toBe(mount(success).words());
    expect(el.querySelectorAll(".rw-card")).toHaveLength(1);
  });
});

describe("a page that sleeps", () => {
  let leapt = 0;
  beforeEach(() => {
    leapt = 0;
    const now = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => now() + leapt * 1000);
  });
  afterEach(() => void vi.mocked(performance.now).mockRestore());

  /** So many seconds pass in which no timer runs, and no message comes. */
  const sleep = (seconds: number) => {
    leapt += seconds;
    vi.setSystemTime(Date.now() + seconds * 1000);
  };

  test.each([
    ["a card", running],
    ["a grid", everyGrid()["two running"]],
  ])("%s asks once when it wakes, and goes on with the answer", async (_, traits) => {
    const { model, el, update } = mount(traits);
    await pass(5);
    sleep(3 * 3600);
    await pass(2);
    expect(model.sent.slice(1)).toEqual([{ ask: "sync", again: true }]);
    expect(el.textContent).toContain("no word from the kernel for");
    if ("_clock" in traits) await update({ _clock: { ...traits._clock, at: Date.now() / 1000 } });
    else
      model.message({
        kind: "takes",
        whole: true,
        changes: traits._takes,
        summary: traits._summary,
      });
    await drawn();
    expect(el.textContent).not.toContain("no word from the kernel");
    await pass(10);
    expect(model.sent).toHaveLength(2);
  });

  test.each([3600, -3600, 86_400 * 365])(
    "a clock on the wall that leaps by %i s changes no time on a card",
    async (seconds) => {
      const { words } = mount(running);
      await pass(5);
      vi.setSystemTime(Date.now() + seconds * 1000);
      await pass(1);
      expect(words()).toContain("0:54 · about 0:25 left · heard 8 s ago"); // six seconds after it was written
      expect(words()).not.toMatch(/NaN|Infinity| -\d/);
    },
  );

  test("links that ended meanwhile are known to have ended", async () => {
    const ends = NOW + 3600;
    const { words } = mount({ ...success, _face: { ...success._face, expires: ends } });
    const before = words();
    sleep(2 * 3600);
    await pass(60);
    expect(words()).not.toBe(before);
    expect(words()).toContain("expired");
  });
});
