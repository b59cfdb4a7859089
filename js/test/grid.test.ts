// Many takes as one widget: what it shows, what it sends, what it draws again, and what it announces.

import { expect, test, vi } from "vitest";
import { PAGE } from "../src/after/document";
import { FakeModel } from "./model";
import { drawn, fakeTime, mount } from "./mount";
import { compact, everyGrid, everyState, NOW } from "./states";

const { running, success, failure } = everyState();
const four = () => everyGrid()["one of each"];

fakeTime();

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const cards = (el: Element) => [...el.querySelectorAll<HTMLElement>(".runway-task")];
const button = (card: Element | undefined, name: string) => card?.querySelector<HTMLElement>(`[aria-label="${name}"]`);
const summary = (words: string, ticking = true, number = 1) => ({
  words,
  left: null,
  at: NOW,
  ticking,
  number,
  cost: "",
});

/** A grid on the page, and a way to send it what changed. */
function show(traits: object) {
  const model = new FakeModel(traits);
  const view = mount(traits, model);
  let number = 0;
  return {
    ...view,
    line: () => view.el.querySelector("p")?.textContent,
    async takes(changes: object, words = "as before", ticking = true) {
      number += 1;
      model.message({ kind: "takes", changes, summary: summary(words, ticking, number) });
      await drawn();
    },
  };
}

test("the cards are numbered as Python counts, before how they stand", () => {
  const { el } = show(four());
  const heads = cards(el).map((card) => card.querySelector(".rw-body > :first-child")?.textContent);
  expect(heads).toEqual(["[0]Generating 62 %", "[1]In the queue", "[2]Done in 1:18", "[3]Not created"]);
});

test("each take is an item of a list, under a line that sums them up", () => {
  const { el, line } = show(four());
  expect(line()).toBe("1 running · 1 waiting · 1 done · 1 failed");
  expect(el.querySelectorAll("[role=list] > [role=listitem] > article.runway-task")).toHaveLength(4);
  expect(cards(el).map((card) => card.dataset.status)).toEqual(["IN_PROGRESS", "QUEUED", "SUCCESS", "FAILURE"]);
});

test("takes are told apart by their seeds", () => {
  const { el } = show(everyGrid()["two in the queue"]);
  expect(cards(el).map((card) => card.querySelector(".rw-facts")?.textContent?.trim())).toEqual(["seed 1", "seed 2"]);
});

test("what the takes cost together stands at the end of the line, after the time that is left", async () => {
  const traits = everyGrid()["three that cost"];
  const { line } = show(traits);
  expect(line()).toBe("1 running · 1 waiting · 1 done · up to 50 credits · cost of 1 not known");
  const soon = show({ ...traits, _summary: { ...summary("1 running"), left: 30, cost: "50 credits" } });
  expect(soon.line()).toBe("1 running · about 0:30 left · 50 credits");
});

test("a take that could not be created says why, and offers nothing", () => {
  const card = cards(show(four()).el)[3];
  expect(card?.textContent).toContain("Not created");
  expect(card?.textContent).toContain("no credits left");
  expect(card?.querySelectorAll("button, a")).toHaveLength(0);
  expect(card?.getAttribute("aria-label")).toBe("Image to video");
});

test("the grid asks for the present states once, and each card for what is done to it", () => {
  const { el, model } = show(four());
  button(cards(el)[0], "Stop watching (the task goes on)")?.click();
  cards(el)[2]?.querySelector("video")?.dispatchEvent(new Event("error"));
  expect(model.sent).toEqual([{ ask: "sync" }, { ask: "stop", take: 0 }, { ask: "renew", take: 2 }]);
  expect(model.written).toEqual([]);
});

test("a message changes what it names, and leaves the rest of a take as it was", async () => {
  const { el, takes, line } = show(four());
  await takes({ 1: { status: "IN_PROGRESS", _face: running._face } }, "2 running · 1 done · 1 failed");
  expect(line()).toBe("2 running · 1 done · 1 failed");
  expect(cards(el)[1]?.textContent).toContain("Generating 62 %The kite lifts");
});

test("only the takes that changed are drawn again", async () => {
  const grid = everyGrid()["eight in the queue"];
  const draws: number[] = [];
  for (const [index, { _request }] of grid._takes.entries()) {
    const { prompt } = _request;
    Object.defineProperty(_request, "prompt", {
      get() {
        draws.push(index);
        return prompt;
      },
    });
  }
  const { el, takes } = show(grid);
  expect(new Set(draws)).toEqual(new Set(grid._takes.keys()));
  const touched = new Set<unknown>();
  const watch = new MutationObserver((records) => {
    for (const { target } of records)
      touched.add((target as Element).closest?.(".runway-task")?.getAttribute("data-task-id"));
  });
  watch.observe(el, { subtree: true, childList: true, attributes: true });
  draws.length = 0;
  await takes({ 7: { status: "IN_PROGRESS", _face: running._face } }, "8 waiting");
  expect(new Set(draws)).toEqual(new Set([7]));
  expect([...touched]).toEqual(["task-7"]);
});

test("the answer to the first question may hold every take whole", async () => {
  const { el, takes } = show(everyGrid()["two in the queue"]);
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
  const { line } = show(everyGrid()["one running"]);
  expect(line()).toBe("1 running · about 0:30 left");
  await pass(11);
  expect(line()).toBe("1 running · about 0:20 left");
  await pass(17);
  expect(line()).toBe("1 running");
});

test("a kernel that sends nothing for too long is noticed, until its next message", async () => {
  const { line, takes } = show(four());
  await pass(45);
  expect(line()).toBe("no word from the kernel for 45 s");
  await takes({ 0: { _clock: { ...running._clock } } }, "1 running");
  expect(line()).toBe("1 running");
});

test("a message brings an estimate of its own, which counts from then", async () => {
  const { line, model } = show(everyGrid()["one running"]);
  await pass(20);
  model.message({ kind: "takes", changes: {}, summary: { ...summary("1 running"), left: 28 } });
  await drawn();
  expect(line()).toBe("1 running · about 0:30 left");
});

test("when all takes have ended, nothing is said of a silent kernel", async () => {
  const { line, takes } = show(everyGrid()["one running"]);
  await takes({ 0: compact(success) }, "1 done", false);
  await pass(60);
  expect(line()).toBe("1 done");
});

test("a take in trouble counts down to its next try", async () => {
  const { el } = show(everyGrid()["one in trouble"]);
  await pass(2);
  expect(cards(el)[0]?.textContent).toContain("no answer (502); trying again in 2 s");
});

test("a hundred takes have one voice, which does not shout", async () => {
  const { el, spoken, takes } = show(everyGrid()["two running"]);
  expect(el.querySelectorAll(".runway-task [role=status]")).toHaveLength(0);
  await takes({}, "1 running · 1 done");
  expect(spoken()).toBe("2 running");
  await pass(11);
  expect(spoken()).toBe("1 running · 1 done");
  await takes({}, "1 done · 1 failed", false);
  expect(spoken()).toBe("1 done · 1 failed");
});

test("the least width of a column is what Python says", () => {
  const grids = everyGrid();
  for (const name of ["two tall takes of three columns", "one running"] as const) {
    const list = show(grids[name]).el.querySelector<HTMLElement>("[role=list]");
    expect(list?.style.getPropertyValue("--rw-min")).toBe(grids[name]._least);
  }
});

test("the question about cancelling is asked on the card that it is about", async () => {
  const { el } = show(everyGrid()["two running"]);
  button(cards(el)[1], "Cancel the task")?.click();
  await drawn();
  expect(cards(el).map((card) => card.textContent?.includes("is lost"))).toEqual([false, true]);
});

test("a grid that outlives its end asks once for the static one", async () => {
  const { model, takes } = show(everyGrid()["one running"]);
  await pass(5);
  expect(model.sent).toHaveLength(1);
  await takes({ 0: compact(success) }, "1 done", false);
  await pass(5);
  expect(model.sent.slice(1)).toEqual([{ ask: "frozen", page: PAGE }]);
});

test("nothing is left of a grid that was taken off the page", async () => {
  const { el, model, cleanup } = show(four());
  cards(el)[2]?.querySelector("video")?.dispatchEvent(new Event("error"));
  cleanup();
  expect(model.listening()).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
  expect(el.childNodes).toHaveLength(0);
});

test("a finished grid that cannot get into the file by itself says how to keep it, by the name of a grid", async () => {
  const { el, model, takes } = show(everyGrid()["two in the queue"]);
  await takes({ 0: success, 1: success }, "2 done", false);
  await pass(3);
  for (const asked of [
    { ask: "frozen", page: PAGE },
    { ask: "frozen", page: PAGE, again: true },
  ]) {
    expect(model.sent.at(-1)).toEqual(asked);
    model.message({ kind: "frozen", page: PAGE, model_id: "m", bundle: {} });
    await pass(3);
  }
  await drawn();
  expect(el.textContent).toContain("To keep this card in the file: grid.show()");
});
