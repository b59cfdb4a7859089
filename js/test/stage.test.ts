// The stage: its shape before and after the medium is there, what stands on it, and the bar on its lower edge.

import { afterEach, expect, test } from "vitest";
import type { State } from "../src/state";
import { clear, drawn, mount } from "./mount";
import { everyState, type Name, state } from "./states";

afterEach(clear);

const states = everyState();
const ratio = (el: HTMLElement) =>
  Number((el.querySelector(".runway-task") as HTMLElement).style.getPropertyValue("--rw-ratio"));
const icon = (el: HTMLElement) => el.querySelector(".rw-tile svg path")?.getAttribute("d");

/** A medium of a card has loaded, and is of this size. */
async function loaded(el: HTMLElement, width: number, height: number, index = 0) {
  const medium = el.querySelectorAll(".rw-stage video, .rw-stage img")[index] as HTMLElement;
  const [wide, high] = medium.tagName === "VIDEO" ? ["videoWidth", "videoHeight"] : ["naturalWidth", "naturalHeight"];
  Object.defineProperty(medium, wide as string, { value: width });
  Object.defineProperty(medium, high as string, { value: height });
  medium.dispatchEvent(new Event(medium.tagName === "VIDEO" ? "loadedmetadata" : "load"));
  await drawn();
}

const shapeless = (name: Name): State => state({ _request: { ratio: null } }, name);

test("the stage has the shape that was asked for, whatever the medium is", async () => {
  const { el } = mount(states.success);
  await loaded(el, 720, 1280);
  expect(ratio(el)).toBeCloseTo(16 / 9);
});

test.each(["queue", "success", "success, four images"] as const)(
  "where no shape was asked for, the stage of '%s' takes that of its medium, once it is known",
  async (name) => {
    const { el } = mount(shapeless(name));
    expect(ratio(el)).toBeCloseTo(16 / 9);
    await loaded(el, 900, 1200);
    expect(ratio(el)).toBeCloseTo(0.75);
  },
);

test("of several media the first that loads gives the shape", async () => {
  const { el } = mount(shapeless("success, four images"));
  await loaded(el, 900, 1200);
  await loaded(el, 1200, 900, 1);
  expect(ratio(el)).toBeCloseTo(0.75);
});

test("two outputs stand side by side in twice the width, and sound needs little height", () => {
  expect(ratio(mount(states["success, two images"]).el)).toBeCloseTo(32 / 9);
  expect(ratio(mount(states["success, audio"]).el)).toBeCloseTo(3.2);
});

test("a ratio beyond what a card can show is kept within it", () => {
  expect(ratio(mount(state({ _request: { ratio: 50 } })).el)).toBe(4);
  expect(ratio(mount(state({ _request: { ratio: 0.01 } })).el)).toBe(0.4);
});

test("without a still, an icon says what will stand on the stage", () => {
  const placeholder = (kind: State["_face"]["kind"]) =>
    icon(mount(state({ _face: { kind }, _request: { still: "" } })).el);
  expect(new Set([placeholder("video"), placeholder("image"), placeholder("audio")]).size).toBe(3);
  expect(placeholder("unknown")).toBe(placeholder("video"));
});

test("the bar is as long as the progress, and says it in words", () => {
  const bar = mount(states.running).el.querySelector("[role=progressbar]");
  expect(bar?.getAttribute("aria-valuetext")).toBe("Generating 62 %");
  expect(bar?.querySelector("i")?.getAttribute("style")).toMatch(/scaleX\(0\.62\)/);
  const waiting = mount(states.queue).el.querySelector("[role=progressbar] i");
  expect(waiting?.getAttribute("style")).toBeFalsy();
});

test("a progress of nothing is a bar of no length, and not an unknown one", () => {
  const { el } = mount(state({ _face: { percent: 0 } }, "running"));
  expect(el.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow")).toBe("0");
  expect(el.querySelector("[role=progressbar] i")?.getAttribute("style")).toMatch(/scaleX\(0\)/);
});

test("a take that is recalled from the journal is its small picture, as bright as the output was", () => {
  const { el } = mount(states["recalled from the journal"]);
  const picture = el.querySelector(".rw-kept img");
  expect(picture?.getAttribute("src")).toBe(states["recalled from the journal"]._request.still);
  expect(picture?.getAttribute("alt")).toBe(states["recalled from the journal"]._request.prompt);
  expect(el.textContent).not.toContain("No output");
});
