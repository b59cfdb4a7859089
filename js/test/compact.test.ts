import { render } from "preact";
import { expect, test } from "vitest";
import { take } from "../src/take";
import { everyState } from "./states";

const draw = (name: keyof ReturnType<typeof everyState>, compact = true) => {
  const el = document.createElement("div");
  render(
    take(
      everyState()[name],
      () => {},
      () => {},
    ).card(compact),
    el,
  );
  return el;
};

test("the small form shows stage, state, a line of prompt, the seed and the actions, and no more", () => {
  const el = draw("running");
  expect(el.querySelector(".rw-stage [role=progressbar]")).toBeTruthy();
  expect(el.querySelector(".rw-card")?.textContent?.trim()).toBe(
    "Generating 62 %The kite lifts above the wheat field, slow dolly, late afternoon lightseed 421",
  );
  expect(el.querySelectorAll("button")).toHaveLength(4);
});

test("in the small form, what went wrong takes the place of the prompt", () => {
  expect(draw("failure").textContent).toContain("The output was rejected");
});

test.each([true, false])("the pointer starts and stops a video in a grid, and there only (%s)", (compact) => {
  const video = draw("success", compact).querySelector("video") as HTMLVideoElement;
  const calls: string[] = [];
  video.play = () => Promise.resolve(void calls.push("play"));
  video.pause = () => void calls.push("pause");
  video.dispatchEvent(new Event("pointerenter"));
  video.dispatchEvent(new Event("pointerleave"));
  expect(calls).toEqual(compact ? ["play", "pause"] : []);
});
