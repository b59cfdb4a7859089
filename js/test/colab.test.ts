// A host as Colab is: what a kernel's thread sends does not arrive. A page hears something only while a cell runs, or as the answer
// to what it has asked. So a card asks there, and nowhere else. (colabtools#3373)

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { page } from "../src/page";
import { FakeModel } from "./model";
import { clear, drawn, mount } from "./mount";
import { everyGrid, everyState, NOW } from "./states";

const { running, queue, success, stopped } = everyState();

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1000 });
  page.hears = false;
});
afterEach(() => {
  clear();
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const now = () => ({ at: Date.now() / 1000, elapsed: Date.now() / 1000 - NOW });

/** A model whose kernel changes while its page hears nothing of it. */
class Colab extends FakeModel {
  syncs: number[] = [];
  deaf = false;
  constructor(private known: object) {
    super(known);
  }

  /** A thread of the kernel takes in a report. */
  change(state: object) {
    this.known = { ...this.known, ...state };
  }

  /** A cell runs: what its kernel has to say comes meanwhile. */
  runCell() {
    this.update(this.answer());
  }

  override send = (message: unknown): undefined => {
    this.sent.push(message);
    if ((message as { ask: string }).ask !== "sync" || this.deaf) return;
    this.syncs.push(Math.round(Date.now() / 1000 - NOW));
    this.update(this.answer());
  };

  protected answer(): object {
    const { _clock } = this.known as typeof running;
    return { ...this.known, _clock: { ..._clock, ...now() } };
  }
}

function show(state: object) {
  const model = new Colab(state);
  return { ...mount(state, model), model };
}

test("a card that hears nothing asks every ten seconds, and moves by the answers, until its task ends", async () => {
  const { model, words } = show(queue);
  expect(words()).toContain("In the queue");
  model.change(running);
  await pass(9);
  expect(words()).toContain("In the queue");
  await pass(3);
  expect(words()).toContain("Generating");
  await pass(30);
  expect(words()).toContain("0:4");
  expect(model.syncs).toEqual([0, 11, 22, 33]);
  model.change(success);
  await pass(5);
  expect(words()).toContain("Done");
  await pass(2000);
  expect(model.syncs).toEqual([0, 11, 22, 33, 44]);
});

test("the answer brings the static card too, since the card asks as one that has missed something", async () => {
  const { model } = show(running);
  await pass(12);
  expect(model.sent.at(-1)).toEqual({ ask: "sync", again: true });
});

test.each([
  ["a task that is not watched", stopped],
  ["a task that has ended", success],
])("%s is asked for once, when the card is shown", async (_, state) => {
  const { model } = show(state);
  await pass(2000);
  expect(model.syncs).toEqual([0]);
});

test("a card that gets no answer asks ever more seldom, and not for ever", async () => {
  const { model } = show(running);
  model.deaf = true;
  const before = model.sent.length;
  await pass(4000);
  expect(model.sent.slice(before).filter((each) => (each as { ask: string }).ask === "sync")).toHaveLength(7);
});

test("what comes while a cell runs is not taken for a host whose threads are heard", async () => {
  const { model } = show(running);
  await pass(8);
  model.runCell();
  await pass(60);
  const [, next = 0, ...more] = model.syncs;
  expect(next).toBeLessThanOrEqual(50); // the silence that is none where threads are heard
  expect(more).toHaveLength(1);
});

test("a grid asks once for all of its takes", async () => {
  const { model } = show(everyGrid()["two running"]);
  model.deaf = true;
  await pass(12);
  expect(model.sent).toEqual([{ ask: "sync" }, { ask: "sync", again: true }]);
});

test("a card that hears regularly never asks", async () => {
  const { model, update } = show(running);
  for (let beat = 0; beat < 20; beat += 1) {
    await pass(9);
    await update({ _clock: { ...running._clock, ...now() } });
  }
  expect(model.sent).toEqual([{ ask: "sync" }]);
});

test("once one card has heard its kernel's thread, no card of the page asks before its silence is one", async () => {
  const first = show(running);
  const second = show(running);
  await pass(7);
  await first.update({ _clock: { ...running._clock, ...now() } });
  await pass(30);
  await drawn();
  expect([first, second].map(({ model }) => model.syncs)).toEqual([[0], [0]]);
});
