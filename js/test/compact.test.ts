// The small form of a card, as it stands in a grid.

import { render } from "preact";
import { expect, test, vi } from "vitest";
import type { CardState } from "../src/state";
import { take } from "../src/take";
import { everyState, state } from "./states";

const nothing = () => {};
const states = everyState();

function draw(seen: CardState, compact = "[2]") {
  const el = document.createElement("div");
  render(take(seen, nothing, nothing).card(compact, false), el);
  return el;
}

test("the small form shows stage, the take's number, state, a line of prompt, the seed and the actions, and no more", () => {
  const el = draw(states.running);
  expect(el.querySelector(".rw-stage [role=progressbar]")).toBeTruthy();
  expect(el.querySelector(".rw-card")?.textContent?.trim()).toBe(
    "[2]Generating 62 %The kite lifts above the wheat field, slow dolly, late afternoon lightseed 421",
  );
  expect(el.querySelectorAll("button")).toHaveLength(4);
});

test("in the small form, the cost is left to the grid's sum: beside the buttons there is no room for it", () => {
  expect(draw(states["running, with its cost"]).querySelector(".rw-facts")?.textContent?.trim()).toBe("seed 421");
});

test("in the small form, what went wrong takes the place of the prompt", () => {
  expect(draw(states.failure).textContent).toContain("The output was rejected");
  expect(draw(states.retrying).querySelector(".rw-warn")?.textContent).toBe("no answer (502); trying again in 4 s");
});

test("in the small form, a word says that the output is on disk, or on its way", () => {
  for (const save of ["saving", "saved"] as const)
    expect(draw(state({ _face: { save } })).textContent).toContain(`seed 421 · ${save}`);
  expect(draw(state({ _face: { save: "armed" } })).textContent).not.toContain("armed");
});

test("where nothing was sent and nothing will come, only the small form keeps an empty stage, to stay in line", () => {
  const failed = state({ _request: { still: "" } }, "failure");
  expect(draw(failed, "").querySelector(".rw-stage")).toBeNull();
  expect(draw(failed).querySelector(".rw-stage")).toBeTruthy();
  expect(draw(states.failure, "").querySelector(".rw-stage img")).toBeTruthy();
});

function hovered(pointerType: string, compact = "[2]") {
  const video = draw(states.success, compact).querySelector("video") as HTMLVideoElement;
  const calls: string[] = [];
  video.play = () => Promise.resolve(void calls.push("play"));
  video.pause = () => void calls.push("pause");
  for (const name of ["pointerenter", "pointerleave"])
    video.parentElement?.dispatchEvent(new PointerEvent(name, { pointerType }));
  return calls;
}

test("the pointer starts and stops a video in a grid, and there only", () => {
  expect(hovered("mouse")).toEqual(["play", "pause"]);
  expect(hovered("mouse", "")).toEqual([]);
});

test("a finger on a video's controls is not a pointer that passes over it", () => {
  expect(hovered("touch")).toEqual([]);
});

test("who wants no motion gets none from passing over a video", () => {
  vi.spyOn(window, "matchMedia").mockReturnValue({ matches: true } as MediaQueryList);
  expect(hovered("mouse")).toEqual(["pause"]);
});
