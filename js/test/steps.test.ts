// The arithmetic of looking at takes in step.

import { describe, expect, test } from "vitest";
import { deedOf } from "../src/after/keys";
import { further, same } from "../src/after/shots";
import { frameLength, nextSpeed, rateFor, step, wipeAfter, wipeAt, within } from "../src/after/steps";
import { instant } from "../src/after/transport";

describe("a film that is off", () => {
  test("by less than half a frame is left alone", () => {
    expect(rateFor(0.01, 1)).toBe(1);
    expect(rateFor(-0.01, 0.5)).toBe(0.5);
  });
  test("goes slower when it is ahead, faster when it is behind, and never by more than a quarter", () => {
    expect(rateFor(0.05, 1)).toBeCloseTo(0.9);
    expect(rateFor(-0.05, 1)).toBeCloseTo(1.1);
    expect(rateFor(0.3, 1)).toBe(0.75);
    expect(rateFor(-0.3, 0.5)).toBe(0.625);
  });
  test("by a lot is set anew", () => {
    expect(rateFor(0.5, 1)).toBeNull();
    expect(rateFor(-3, 0.25)).toBeNull();
  });
  test("comes into step within a second, whatever it was off by", () => {
    for (let drift of [0.39, -0.39, 0.1, -0.02]) {
      for (let look = 0; look < 10; look++) drift += ((rateFor(drift, 1) ?? 1) - 1) * 0.2;
      expect(Math.abs(drift)).toBeLessThan(1 / 24);
    }
  });
});

describe("a step of one frame", () => {
  const at24 = 1 / 24;
  test("comes to the middle of the next one, and back to the middle of the one before", () => {
    expect(step(0, 1, at24, 4) / at24).toBeCloseTo(1.5);
    expect(step(1.5 * at24, 1, at24, 4) / at24).toBeCloseTo(2.5);
    expect(step(2.5 * at24, -1, at24, 4) / at24).toBeCloseTo(1.5);
  });
  test("from the very beginning of a frame counts from that frame, whatever was rounded", () => {
    for (let frame = 1; frame < 95; frame++)
      for (const rounded of [frame * at24, frame * at24 + 1e-6, frame * at24 - 1e-6])
        expect(step(rounded, 1, at24, 4) / at24).toBeCloseTo(frame + 1.5);
  });
  test("ends at the first and at the last one", () => {
    expect(step(0, -1, at24, 4) / at24).toBeCloseTo(0.5);
    expect(step(4, 1, at24, 4) / at24).toBeCloseTo(95.5);
    expect(step(3.999, 5, at24, 4) / at24).toBeCloseTo(95.5);
  });
  test("goes through all frames of a film, each once", () => {
    for (const rate of [24, 30, 60000 / 1001]) {
      const seen = new Set<number>();
      for (let at = 0, last = -1; at !== last; ) {
        last = at;
        at = step(at, 1, 1 / rate, 2);
        seen.add(Math.floor(at * rate));
      }
      expect(seen.size).toBe(Math.ceil(2 * rate - 0.01) - 1); // it began on the first
    }
  });
});

test("the length of a frame is one that films have, where the measured one is near it", () => {
  expect(frameLength(0.041667)).toBeCloseTo(1 / 24, 6);
  expect(frameLength(0.03337)).toBeCloseTo(1001 / 30000, 6);
  expect(frameLength(0.01668)).toBeCloseTo(1001 / 60000, 6);
  expect(frameLength(0.055)).toBe(0.055);
});

test("a short film holds its last frame", () => {
  expect(within(3, 5)).toBe(3);
  expect(within(7, 5)).toBeCloseTo(5, 2);
  expect(within(7, 5)).toBeLessThan(5);
  expect(within(-1, 5)).toBe(0);
});

test("the speeds follow each other, and end where they began", () => {
  expect([1, 0.5, 0.25, 7].map(nextSpeed)).toEqual([0.5, 0.25, 1, 1]);
});

test("the wipe is moved by its keys, and stays on the picture", () => {
  expect(wipeAfter("ArrowLeft", 50, false)).toBe(48);
  expect(wipeAfter("ArrowRight", 50, true)).toBe(60);
  expect(wipeAfter("ArrowRight", 99, true)).toBe(100);
  expect([wipeAfter("Home", 50, false), wipeAfter("End", 50, false)]).toEqual([0, 100]);
  expect(wipeAfter("p", 50, false)).toBeNull();
  const box = { left: 100, width: 400 };
  expect([0, 100, 300, 500, 900].map((x) => wipeAt(x, box))).toEqual([0, 0, 50, 100, 100]);
});

test("each key has one meaning, in either case, and none together with others", () => {
  const press = (key: string, more = {}) =>
    deedOf({ key, ctrlKey: false, altKey: false, metaKey: false, repeat: false, ...more });
  expect([" ", ",", ".", "ArrowLeft", "ArrowRight", "p", "W", "k", "l", "s", "m"].map((key) => press(key))).toEqual(
    ["play", "back", "on", "previous", "next", "pick", "wipe", "frame", "loop", "speed", "sound"], // in this order
  );
  expect([press("q"), press("Escape"), press("Tab")]).toEqual(Array(3).fill(undefined));
  expect([press("w", { repeat: true }), press(".", { repeat: true })]).toEqual([undefined, "on"]);
  for (const with_ of ["ctrlKey", "altKey", "metaKey"]) expect(press("p", { [with_]: true })).toBeUndefined();
});

test("one goes round through all that there is to see", () => {
  const all = [
    { take: 0, output: 0 },
    { take: 2, output: 0 },
    { take: 2, output: 1 },
  ];
  const [first, second, third] = all as [(typeof all)[0], (typeof all)[0], (typeof all)[0]];
  expect([further(all, first, 1), further(all, third, 1), further(all, first, -1)]).toEqual([second, first, third]);
  expect([same(first, { take: 0, output: 0 }), same(second, third), same(null, null)]).toEqual([true, false, false]);
});

test("an instant is written to the hundredth, and never as one that is still to come", () => {
  expect([0, 2.46, 2.4999, 61.005, -1].map(instant)).toEqual(["0:00.00", "0:02.46", "0:02.49", "1:01.00", "0:00.00"]);
});
