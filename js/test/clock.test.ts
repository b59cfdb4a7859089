import { expect, test } from "vitest";
import { arrived, found, reckon } from "../src/clock";
import { state } from "./states";

const clock = (at = 1000) => state({ _clock: { at } })._clock;

test("what has passed is counted from the moment a message came", () => {
  const now = clock();
  arrived(now, 5000);
  expect(reckon(now, 5000).passed).toBe(0);
  expect(reckon(now, 7500).passed).toBe(2.5);
});

test("two views of one clock agree, whichever noticed it first", () => {
  const shared = clock();
  arrived(shared, 5000);
  arrived(shared, 5900);
  found(shared, 6000, 99999);
  expect(reckon(shared, 7000).passed).toBe(2);
});

test("a clock found after a reload is as old as the kernel's time says", () => {
  const old = clock(1000);
  found(old, 5000, 1030);
  expect(reckon(old, 6000).passed).toBe(31);
});

test("a clock from the future, or from days ago, is taken as new", () => {
  for (const wall of [900, 1000 + 86401]) {
    const odd = clock(1000);
    found(odd, 5000, wall);
    expect(reckon(odd, 5000).passed).toBe(0);
  }
});

test("any word from the kernel ends its silence, but does not make the times younger", () => {
  const now = clock();
  arrived(now, 0);
  expect(reckon(now, 50_000, 49_000)).toEqual({ passed: 50, silent: 1 });
});
