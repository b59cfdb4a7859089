// Time on the card: what counts on between messages, and what a silent kernel looks like.

import { expect, test, vi } from "vitest";
import { FakeModel } from "./model";
import { fakeTime, mount } from "./mount";
import { everyState, NOW, state } from "./states";

fakeTime();

const states = everyState();
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const { running } = states;
const clock = (change = {}) => ({ ...running._clock, at: Date.now() / 1000, ...change });

test("ticks on in the page between messages", async () => {
  const { words } = mount(running);
  expect(words()).toContain("0:48 · about 0:30 left · heard 2 s ago");
  await pass(12);
  expect(words()).toContain("1:00 · about 0:20 left · heard 14 s ago");
});

test("the countdown to the next try ends at now", async () => {
  const { words } = mount(states.retrying);
  expect(words()).toContain("trying again in 4 s");
  await pass(3);
  expect(words()).toContain("trying again in 1 s");
  await pass(10);
  expect(words()).toContain("trying again now");
});

test("a message starts the counting anew", async () => {
  const { words, update } = mount(running);
  await pass(5);
  await update({ _clock: clock({ elapsed: 54, heard: 0 }) });
  expect(words()).toContain("0:54");
  expect(words()).toContain("heard 0 s ago");
});

test("two views of one card show the same, also when one came later", async () => {
  const model = new FakeModel(running);
  const first = mount(running, model);
  await pass(7);
  const second = mount(running, model);
  expect(second.words()).toBe(first.words());
  expect(second.words()).toContain("0:55");
});

test("a page reloaded in mid-run shows the present state before the kernel answers", () => {
  const { words } = mount(state({ ...running, _clock: clock({ at: NOW - 25 }) }));
  expect(words()).toContain("1:13");
});

test("a kernel that sends nothing for too long is noticed, until its next message", async () => {
  const { words, update } = mount(running);
  await pass(40);
  expect(words()).not.toContain("no word");
  await pass(5);
  expect(words()).toContain("no word from the kernel for 45 s");
  await update({ _clock: clock() });
  expect(words()).not.toContain("no word");
});

test("any message of a kernel that was silent ends its silence, also one without a time", async () => {
  const { words, update } = mount(running);
  await pass(45);
  await update({ failure_code: "" });
  await pass(3);
  expect(words()).not.toContain("no word");
  expect(words()).toContain("heard 50 s ago");
});

test("an estimate that has run out is not shown", async () => {
  const { words } = mount(running);
  await pass(28);
  expect(words()).not.toContain("left");
});

test("stands still once the watch is over", async () => {
  const { words } = mount(states.stopped);
  const before = words();
  await pass(60);
  expect(words()).toBe(before);
});
