// Many takes as one widget: what it shows, what it sends, what it draws anew, and what it says aloud.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeModel } from "./model";
import { clear, drawn, mount } from "./mount";
import { compact, everyState, gridOf, NOW, notCreated, state } from "./states";

const states = everyState();
const { running, queue, success, failure } = states;
const seeded = (seed: number) =>
  state({ task_id: `task-${seed}`, _request: { facts: ["gen4_turbo", `seed ${seed}`] } });
const four = () => gridOf([running, queue, success, notCreated()], "1 running · 1 waiting · 1 done · 1 failed");

beforeEach(() => void vi.useFakeTimers({ now: NOW * 1000 }));
afterEach(() => {
  clear();
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const cards = (el: Element) => [...el.querySelectorAll<HTMLElement>(".runway-task")];
const button = (card: Element | undefined, name: string) => card?.querySelector<HTMLElement>(`[aria-label="${name}"]`);
const summary = (words: string, ticking = true) => ({ words, left: null, at: NOW, ticking });

/** A grid on the page, and a way to send it what changed. */
function show(traits: object) {
  const model = new FakeModel(traits);
  const view = mount(traits, model);
  return {
    ...view,
    line: () => view.el.querySelector("p")?.textContent,
    async takes(changes: object, words = "as before", ticking = true) {
      model.message({ kind: "takes", changes, summary: summary(words, ticking) });
      await drawn();
    },
  };
}

test("each take is an item of a list, under a line that sums them up", () => {
  const { el, line } = show(four());
  expect(line()).toBe("1 running · 1 waiting · 1 done · 1 failed");
  expect(el.querySelectorAll("[role=list] > [role=listitem] > article.runway-task")).toHaveLength(4);
  expect(cards(el).map((card) => card.dataset.status)).toEqual(["IN_PROGRESS", "QUEUED", "SUCCESS", "FAILURE"]);
});

test("takes are told apart by their seeds", () => {
  const { el } = show(gridOf([seeded(1), seeded(2)], "2 waiting"));
  expect(cards(el).map((card) => card.querySelector(".rw-facts")?.textContent?.trim())).toEqual(["seed 1", "seed 2"]);
});

test("a take that could not be created says why, and offers nothing", () => {
  const card = cards(show(four()).el)[3];
  expect(card?.textContent).toContain("Not created");
  expect(card?.textContent).toContain("no credits left");
  expect(card?.querySelectorAll("button, a")).toHaveLength(0);
  expect(card?.getAttribute("aria-label")).toBe("Image to video");
});

test("the grid asks for the present states once, and each card for what is done to it", () => {
  const { el, model } = show(gridOf([queue, running, success], "…"));
  button(cards(el)[1], "Stop watching (the task goes on)")?.click();
  cards(el)[2]?.querySelector("video")?.dispatchEvent(new Event("error"));
  expect(model.sent).toEqual([{ ask: "sync" }, { ask: "stop", take: 1 }, { ask: "renew", take: 2 }]);
  expect(model.written).toEqual([]);
});

test("a message changes what it names, and leaves the rest of a take as it was", async () => {
  const { el, takes, line } = show(four());
  await takes({ 1: { status: "IN_PROGRESS", _face: running._face, progress: 0.62 } }, "2 running · 1 done · 1 failed");
  expect(line()).toBe("2 running · 1 done · 1 failed");
  expect(cards(el)[1]?.textContent).toContain("Generating 62 %The kite lifts");
});

test("only the takes that changed are drawn anew", async () => {
  const { el, takes } = show(
    gridOf(
      Array.from({ length: 20 }, (_, seed) => seeded(seed)),
      "20 waiting",
    ),
  );
  const touched = new Set<unknown>();
  const watch = new MutationObserver((records) => {
    for (const { target } of records)
      touched.add((target as Element).closest?.(".runway-task")?.getAttribute("data-task-id"));
  });
  watch.observe(el, { subtree: true, childList: true, attributes: true });
  const describe = vi.spyOn(String.prototype, "startsWith"); // what each drawing calls to find the seed
  await takes({ 7: { status: "IN_PROGRESS", _face: running._face } }, "20 waiting");
  expect([...touched]).toEqual(["task-7"]);
  expect(describe.mock.calls.filter(([prefix]) => prefix === "seed").length).toBeLessThanOrEqual(2);
});

test("the answer to the first question may hold every take whole", async () => {
  const { el, takes } = show(gridOf([queue, queue], "2 waiting"));
  await takes({ 0: compact(success), 1: compact(failure) }, "1 done · 1 failed", false);
  expect(cards(el).map((card) => card.dataset.status)).toEqual(["SUCCESS", "FAILURE"]);
  expect(el.querySelector("video")).toBeTruthy();
});

test("a message for others, or about a take that is not there, changes nothing", async () => {
  const { el, model, takes } = show(four());
  const before = el.innerHTML;
  model.message({ kind: "else", changes: { 0: { status: "FAILURE" } } });
  await takes({ 99: { status: "FAILURE" } }, "1 running · 1 waiting · 1 done · 1 failed");
  expect(el.innerHTML).toBe(before);
});

test("the time left ticks on in the page", async () => {
  const { line } = show(gridOf([state({ ...running, _clock: { quiet_after: null } })], "1 running", { left: 40 }));
  expect(line()).toBe("1 running · about 0:40 left");
  await pass(11);
  expect(line()).toBe("1 running · about 0:30 left");
  await pass(60);
  expect(line()).toBe("1 running");
});

test("a kernel that says nothing for too long is noticed, and one word mends it", async () => {
  const { line, takes } = show(gridOf([running, queue, success], "1 running · 1 waiting · 1 done"));
  await pass(45);
  expect(line()).toBe("no word from the kernel for 45 s");
  await takes({ 0: { _clock: { ...running._clock } } }, "1 running");
  expect(line()).toBe("1 running");
});

test("a take in trouble counts down to its next try", async () => {
  const { el } = show(gridOf([states.retrying], "1 running"));
  await pass(2);
  expect(cards(el)[0]?.textContent).toContain("no answer (502); trying again in 2 s");
});

test("a hundred takes have one voice, which does not shout", async () => {
  const { el, spoken, takes } = show(gridOf([running, queue], "2 running"));
  expect(el.querySelectorAll(".runway-task [role=status]")).toHaveLength(0);
  await takes({}, "1 running · 1 done");
  expect(spoken()).toBe("2 running");
  await pass(11);
  expect(spoken()).toBe("1 running · 1 done");
  await takes({}, "1 done · 1 failed", false);
  expect(spoken()).toBe("1 done · 1 failed");
});

test("as many columns as asked for, as long as each is wide enough to read", () => {
  const style = (columns?: number) =>
    show(gridOf([queue], "1 waiting", columns ? { columns } : {}))
      .el.querySelector("[role=list]")
      ?.getAttribute("style");
  expect(style(3)).toMatch(/--rw-min:\s*max\(160px,\s*\(100% \+ 12px\)\s*\/\s*3/);
  expect(style()).toBeFalsy();
});

test("the question about cancelling is asked on the card that it is about", async () => {
  const { el } = show(gridOf([running, running], "2 running"));
  button(cards(el)[1], "Cancel the task")?.click();
  await drawn();
  expect(cards(el).map((card) => card.textContent?.includes("is lost"))).toEqual([false, true]);
});

test("a grid that outlives its end asks once for the frozen one", async () => {
  const { model, takes } = show(gridOf([running], "1 running"));
  await pass(5);
  expect(model.sent).toHaveLength(1);
  await takes({ 0: compact(success) }, "1 done", false);
  await pass(5);
  expect(model.sent.slice(1)).toEqual([{ ask: "frozen" }]);
});

test("nothing is left of a grid that was taken off the page", async () => {
  const { el, model, cleanup } = show(four());
  cards(el)[2]?.querySelector("video")?.dispatchEvent(new Event("error"));
  cleanup();
  expect(model.listening()).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
  expect(el.childNodes).toHaveLength(0);
});
