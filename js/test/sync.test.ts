// The last message is followed by none: what a card does that should have heard something.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeModel } from "./model";
import { clear, drawn, mount } from "./mount";
import { sight } from "./sight";
import { compact, everyGrid, everyState, NOW, state } from "./states";

beforeEach(() => void vi.useFakeTimers({ now: NOW * 1000 }));
afterEach(() => {
  clear();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const states = everyState();
const { running } = states;
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const clock = (change = {}) => ({ ...running._clock, at: Date.now() / 1000, ...change });
const AGAIN = { ask: "sync", again: true };

/** The times, in seconds from now, at which the card asked within `seconds`. */
async function questions({ sent }: FakeModel, seconds: number) {
  const at: number[] = [];
  for (let second = 1; second <= seconds; second += 1) {
    const before = sent.length;
    await pass(1);
    if (sent.length > before) at.push(second);
    expect(sent.slice(before)).toEqual(sent.length > before ? [AGAIN] : []);
  }
  return at;
}

describe.each([
  ["a card", () => running],
  ["a grid", () => everyGrid()["two running"]],
])("%s", (_, traits) => {
  test("asks nothing while all is well", async () => {
    expect(await questions(mount(traits()).model, 40)).toEqual([]);
  });

  test("asks a silent kernel, ever more seldom, and not for ever", async () => {
    const times = await questions(mount(traits()).model, 2000);
    const first = times[0] ?? 0;
    expect(first).toBe(41);
    expect(times.map((time) => time - first)).toEqual([0, 20, 60, 140, 300, 620, 1260]);
  });

  test("asks again at once when it or its page comes back into view after a while", async () => {
    const { model } = mount(traits());
    await pass(2000);
    const { length } = model.sent;
    document.dispatchEvent(new Event("visibilitychange"));
    await drawn();
    expect(model.sent.slice(length)).toEqual([AGAIN]);
  });

  test("asks nothing while it is off the page, and at once when it is seen again", async () => {
    const window = sight();
    const { model, el } = mount(traits());
    el.remove();
    expect(await questions(model, 300)).toEqual([]);
    document.body.append(el);
    window.see(el);
    await drawn();
    expect(model.sent.slice(1)).toEqual([AGAIN]);
  });

  test("asks on while it is on the page out of view", async () => {
    const window = sight();
    const { model, el } = mount(traits());
    window.see(el, false);
    expect(await questions(model, 120)).toEqual([41, 61, 101]);
  });

  test("asks nobody any more once it is taken away", async () => {
    const { model, cleanup } = mount(traits());
    cleanup();
    document.dispatchEvent(new Event("visibilitychange"));
    await pass(100);
    expect(model.sent).toHaveLength(1);
  });
});

test("an answer ends the questions, and the next silence begins them anew", async () => {
  const { model, update } = mount(running);
  await pass(45);
  expect(model.sent.slice(1)).toEqual([AGAIN]);
  await pass(6);
  await update({ _clock: clock() }); // nobody has asked just now, so the kernel's threads are heard again
  expect(await questions(model, 40)).toEqual([]);
  expect(await questions(model, 25)).toEqual([1, 21]);
});

test("a card whose clock belongs to another state has missed a change, and asks at once", async () => {
  const { model, update } = mount(running);
  await pass(15);
  await update({ _clock: clock({ version: running._version + 1 }) });
  expect(model.sent.slice(1)).toEqual([AGAIN]);
  await update({ ...states.success, _version: 9, _clock: { ...states.success._clock, version: 9 } });
  await pass(2);
  expect(model.sent.slice(1)).toEqual([AGAIN]);
});

test("a card that is over asks for a missed change too, as long as it has not got it", async () => {
  const { model, update } = mount(states.stopped);
  await update({ _clock: { ...states.stopped._clock, version: 99 } });
  expect(await questions(model, 35)).toEqual([10, 30]);
  await update({ _version: 99 });
  await pass(1000);
  expect(model.sent).toHaveLength(3);
  expect(vi.getTimerCount()).toBe(0);
});

test("a card that learns of its end from the answer asks for the static one", async () => {
  const { model, update } = mount(running);
  await pass(41);
  await update({ ...states.success });
  await pass(3);
  expect(model.sent.slice(1)).toEqual([AGAIN, expect.objectContaining({ ask: "frozen" })]);
});

test("a clock that is wrong by minutes is no silence once the kernel has spoken", async () => {
  const { model, update } = mount(state({ ...running, _clock: clock({ at: NOW - 300 }) }));
  await pass(6);
  await update({ _clock: clock() });
  expect(await questions(model, 30)).toEqual([]);
});

describe("a grid", () => {
  const show = () => {
    const grid = everyGrid()["two in the queue"];
    const { model, el } = mount(grid);
    const cards = () => [...el.querySelectorAll<HTMLElement>(".runway-task")].map((card) => card.dataset.status);
    const message = async (number: number, changes: object, more = {}) => {
      model.message({ kind: "takes", changes, summary: { ...grid._summary, number }, ...more });
      await drawn();
    };
    return { model, cards, message };
  };

  test("that finds a message missing asks at once, and keeps on until it has all", async () => {
    const { model, cards, message } = show();
    await pass(15);
    await message(2, { 0: { status: "IN_PROGRESS" } });
    expect(model.sent.slice(1)).toEqual([AGAIN]);
    await message(3, { 0: { status: "IN_PROGRESS" } });
    expect(await questions(model, 25)).toEqual([20]);
    await message(4, { 0: compact(states.success), 1: compact(states.failure) }, { whole: true });
    expect(cards()).toEqual(["SUCCESS", "FAILURE"]);
    expect(await questions(model, 30)).toEqual([]);
  });

  test("takes messages in their order without a question", async () => {
    const { model, message } = show();
    await pass(15);
    for (const number of [1, 2, 3]) await message(number, {});
    expect(await questions(model, 20)).toEqual([]);
  });

  test("heeds what a host sets anew after a reconnection", async () => {
    const { model, cards, message } = show();
    const _takes = [compact(states.success), compact(states.failure)];
    model.update({ _takes, _summary: { words: "1 done · 1 failed", left: null, at: NOW, ticking: false, number: 7 } });
    await drawn();
    expect(cards()).toEqual(["SUCCESS", "FAILURE"]);
    await message(8, { 1: { status: "CANCELLED" } });
    expect(cards()).toEqual(["SUCCESS", "CANCELLED"]);
    expect(model.sent).toHaveLength(1);
  });
});

test("what cannot be sent is no trouble", async () => {
  const model = new FakeModel(running);
  model.send = () => {
    throw new Error("the comm is closed");
  };
  const { words } = mount(running, model);
  await pass(100);
  expect(words()).toContain("no word from the kernel");
});
