import { describe, expect, test } from "vitest";
import { age, duration, estimate, shape } from "../src/format";

const ODD = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, -0.2];

describe("durations", () => {
  test.each([
    [0, "0:00"],
    [48.9, "0:48"],
    [78, "1:18"],
    [3599, "59:59"],
    [3723, "1:02:03"],
    [90000, "25:00:00"],
  ])("%d s reads %s", (seconds, text) => expect(duration(seconds)).toBe(text));

  test.each(ODD)("%d s reads as nothing elapsed, never as NaN or a negative time", (seconds) => {
    expect(duration(seconds)).toBe("0:00");
    expect(age(seconds)).toBe("0 s");
    expect(estimate(seconds)).toBe("0:00");
  });
});

test.each([
  [2.9, "2 s"],
  [119, "119 s"],
  [180, "3 min"],
  [7199, "119 min"],
  [10800, "3 h"],
])("an age of %d s reads %s", (seconds, text) => expect(age(seconds)).toBe(text));

test("an estimate is rounded up, coarser the longer it is, so that it does not tremble", () => {
  expect([3, 28, 31, 71, 1000].map(estimate)).toEqual(["0:03", "0:30", "0:35", "1:20", "17:00"]);
});

test("a shape is width over height, and nonsense has none", () => {
  expect(shape(1280, 720)).toBeCloseTo(16 / 9);
  expect(shape(16 / 9, 1)).toBeCloseTo(16 / 9);
  for (const [width, height] of [
    [0, 0],
    [0, 720],
    [1280, 0],
    [-1280, 720],
    [Number.NaN, 1],
  ] as const)
    expect(shape(width, height)).toBeNull();
});

test("no shape makes a card absurdly tall or flat", () => {
  expect(shape(1, 5000)).toBe(0.4);
  expect(shape(5000, 1)).toBe(4);
});
