import { expect, test } from "vitest";
import { noteArrival, secondsSince, startWith } from "../src/clock";
import { state } from "./states";

const clock = (at = 1000) => state({ _clock: { at } })._clock;

test("what has passed is counted from the moment a message came", () => {
  const now = clock();
  noteArrival(now, 5000);
  expect(secondsSince(now, 5000).passed).toBe(0);
  expect(secondsSince(now, 7500).passed).toBe(2.5);
});

test("two views of one clock agree, whichever noticed it first", () => {
  const shared = clock();
  noteArrival(shared, 5000);
  noteArrival(shared, 5900);
  startWith(shared, 6000, 99999);
  expect(secondsSince(shared, 7000).passed).toBe(2);
});

test("a clock that a view starts with after a reload is as old as the kernel's time says", () => {
  const old = clock(1000);
  startWith(old, 5000, 1030);
  expect(secondsSince(old, 6000).passed).toBe(31);
});

test("a clock from the future, or from days ago, is taken as new", () => {
  for (const wall of [900, 1000 + 86401]) {
    const odd = clock(1000);
    startWith(odd, 5000, wall);
    expect(secondsSince(odd, 5000).passed).toBe(0);
  }
});

test("any message of the kernel ends its silence, but does not make the times younger", () => {
  const now = clock();
  noteArrival(now, 0);
  expect(secondsSince(now, 50_000, 49_000)).toEqual({ passed: 50, silent: 1 });
});
