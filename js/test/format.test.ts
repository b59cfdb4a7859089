import { describe, expect, test } from "vitest";
import { age, duration, estimate, percent, ratioOf, shape } from "../src/format";

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

test("progress reads as a whole percentage between 0 and 100", () => {
  expect([0, 0.624, 1, 7, -1, Number.NaN].map(percent)).toEqual([0, 62, 100, 100, 0, 0]);
});

test("a ratio is read from the request's words, and nonsense is no ratio", () => {
  expect(ratioOf("1280:720")).toBeCloseTo(16 / 9);
  expect(ratioOf("16/9")).toBeCloseTo(16 / 9);
  for (const text of ["", "wide", "1280:0", "0:720", "1280:720;color:red"]) expect(ratioOf(text)).toBeNull();
});

test("no ratio makes a card absurdly tall or flat", () => {
  expect(ratioOf("1:5000")).toBe(0.4);
  expect(ratioOf("5000:1")).toBe(4);
  expect(shape(0, 0)).toBeNull();
});
