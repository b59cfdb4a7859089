// Outputs and stills that do not load.

import { expect, test, vi } from "vitest";
import { drawn, fakeTime, mount } from "./mount";
import { everyState, state } from "./states";

fakeTime();

const states = everyState();
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

const fail = async (el: HTMLElement) => {
  el.querySelector("video")?.dispatchEvent(new Event("error"));
  await drawn();
};

test("a new link is asked for once, and played when it comes", async () => {
  const { model, el, words, update } = mount(states.success);
  await fail(el);
  expect(words()).toContain("asking for a new link");
  expect(model.sent.slice(1)).toEqual([{ ask: "renew" }]);
  await update({ outputs: [{ url: "https://media.example/dusk.mp4?_jwt=fresh", kind: "video" }] });
  await pass(10);
  expect(el.querySelector("video")?.getAttribute("src")).toContain("fresh");
  await fail(el);
  expect(words()).toContain("cannot play here");
  expect(words()).toContain("open on media.example");
  expect(model.sent.filter((message) => JSON.stringify(message).includes("renew"))).toHaveLength(1);
});

test("where no answer comes, the card says so and links", async () => {
  const { el, words } = mount(states.success);
  await fail(el);
  await pass(10);
  expect(words()).toContain("cannot play here");
});

test("a message that brings no new link does not start it over", async () => {
  const { el, words, update } = mount(states.success);
  await fail(el);
  await update({ outputs: states.success.outputs.map((output) => ({ ...output })) });
  expect(words()).toContain("asking for a new link");
});

test("a still that does not load leaves a calm placeholder, and is not the video's poster either", async () => {
  const { el, update } = mount(states.queue);
  el.querySelector("img")?.dispatchEvent(new Event("error"));
  await drawn();
  expect(el.querySelector("img")).toBeNull();
  expect(el.querySelector(".rw-tile")).toBeTruthy();
  await update({ ...states.success });
  expect(el.querySelector("video")?.hasAttribute("poster")).toBe(false);
  expect(mount(states.success).el.querySelector("video")?.getAttribute("poster")).toContain("dusk.jpg");
});

test("a file is named with its size, and linked", () => {
  const { el, words } = mount(states["success, a film and its frames"]);
  expect(words()).toContain("frames.zip · 12.4 MB");
  expect(el.querySelectorAll("video")).toHaveLength(1);
  expect(el.querySelector(".rw-tile a")?.getAttribute("href")).toContain("frames.zip");
  expect(el.querySelectorAll('.rw-actions a[title^="Open output"]')).toHaveLength(2);
});

test("what the service gives to the key alone is neither played nor linked nor copied", () => {
  const { el, words } = mount(states["success, behind the key"]);
  expect(words()).toContain("Save it to see it: the service gives it to your key only");
  expect(el.querySelectorAll("video, a, [title^=Copy\\ the\\ link]")).toHaveLength(0);
  expect(el.innerHTML).not.toContain("/content");
});

test("of what is in a file alone, the small picture stands there", () => {
  const picture = "data:image/webp;base64,UklGRg==";
  const outputs = states.success.outputs.map((output) => ({ ...output, url: "file:///home/me/renders/a.mp4" }));
  const instead = [{ words: "Saved as a.mp4", link: false, picture }];
  const seen = state({ outputs, _face: { instead } }, "success");
  const { el } = mount(seen);
  expect(el.querySelector(".rw-outputs img")?.getAttribute("src")).toBe(picture);
  expect(el.innerHTML).not.toContain("file:");
});

test("several sounds have a player each", () => {
  const { el } = mount(states["success, three sounds"]);
  expect(el.querySelectorAll("audio[controls]")).toHaveLength(3);
});
