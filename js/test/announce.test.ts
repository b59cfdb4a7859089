import { expect, test } from "vitest";
import { announce, silent } from "../src/announce";
import { everyState, state } from "./states";

const at = (percent: number) => state({ _face: { word: `Generating ${percent} %`, percent } }, "running");

/** What is announced on the way through these states. */
function announced(...states: ReturnType<typeof state>[]): string[] {
  let last = silent;
  const texts: string[] = [];
  for (const each of states) {
    const next = announce(each, last);
    if (next !== last) texts.push(next.text);
    last = next;
  }
  return texts;
}

test("a hundred steps of progress are four announcements", () => {
  const steps = Array.from({ length: 100 }, (_, i) => at(i));
  expect(announced(...steps)).toEqual([
    "Image to video: Generating 0 %",
    "Image to video: Generating 25 %",
    "Image to video: Generating 50 %",
    "Image to video: Generating 75 %",
  ]);
});

test("progress that falls back and climbs again is not announced twice", () => {
  expect(announced(at(55), at(20), at(60))).toHaveLength(1);
});

test("a change of status is announced, with the reason where it failed", () => {
  const { queue, failure } = everyState();
  expect(announced(queue, at(10), failure)).toEqual([
    "Image to video: In the queue",
    "Image to video: Generating 10 %",
    "Image to video: Failed. The output was rejected because text was detected in it.",
  ]);
});

test("the end of the watching is announced, though the status stays", () => {
  const { running, stopped } = everyState();
  expect(announced(running, stopped)[1]).toBe("Image to video: Not watching");
});

test("trouble on the way is not announced", () => {
  const { running, retrying } = everyState();
  expect(announced(running, retrying, running)).toHaveLength(1);
});
