// The viewer: what it shows, and what it asks.

import { beforeEach, expect, test, vi } from "vitest";
import { fake } from "./films";
import {
  caption,
  fakeLooking,
  films,
  finished,
  load,
  named,
  open,
  pass,
  press,
  seen,
  show,
  viewer,
  words,
} from "./looking";
import { drawn, mount } from "./mount";
import { everyState } from "./states";

const { running } = everyState();
let still = false;
beforeEach(() => {
  still = false;
});
fakeLooking(() => still);

test("opens by a press on a take, at the instant of its film, and plays; nobody is asked for anything", async () => {
  const { cards, asked } = show(running, finished("a"), finished("b"));
  fake(cards()[2]?.querySelector("video") as HTMLVideoElement).at = 1.5;
  await open(cards()[2]);
  expect(viewer()?.open).toBe(true);
  expect(caption()).toMatch(/^\[2\] · gen4_turbo/);
  expect(seen()).toEqual(["2 0"]);
  expect(films().every((film) => film.currentTime >= 1.5 && film.muted && !film.paused)).toBe(true);
  expect(asked()).toEqual([]);
});

test("begins with a film that stands where no motion is wanted", async () => {
  still = true;
  const { cards } = show(finished("a"));
  await open(cards()[0]);
  expect(films().map((film) => film.paused)).toEqual([true]);
});

test("goes through the takes at the same instant, round the end, and past those that run", async () => {
  const { cards } = show(finished("a"), running, finished("b"), finished("c"), finished("d"), finished("e"));
  await open(cards()[0]);
  press(" ");
  const at = films()[0]?.currentTime;
  for (const [key, take] of [
    ["ArrowRight", 2],
    ["ArrowRight", 3],
    ["ArrowRight", 4],
    ["ArrowRight", 5],
    ["ArrowRight", 0],
    ["ArrowLeft", 5],
  ] as const) {
    expect(press(key)).toBe(false);
    await load();
    expect(seen()).toEqual([`${take} 0`]);
    expect(films().map((film) => film.currentTime)).toEqual(films().map(() => at));
  }
  named("Take [2]").click();
  await load();
  expect(caption()).toMatch(/^\[2\]/);
  expect(named("Take [2]").getAttribute("aria-current")).toBe("true");
});

test("shows the last take until the next one has a picture, but not for long", async () => {
  const { cards } = show(finished("a"), finished("b"));
  await open(cards()[0]);
  fake(films()[1] as HTMLVideoElement).loaded = false;
  press("ArrowRight");
  await pass(0.5);
  expect([seen(), caption()?.slice(0, 3)]).toEqual([["0 0"], "[1]"]);
  await pass(0.5);
  expect(seen()).toEqual(["1 0"]);
});

test("loads the present take and its neighbours, however many there are", async () => {
  const { cards } = show(...Array.from({ length: 30 }, (_, i) => finished(`t${i}`)));
  await open(cards()[10]);
  expect(films().map((film) => film.getAttribute("data-shot"))).toEqual(["9 0", "10 0", "11 0"]);
  expect(viewer()?.querySelectorAll(".rw-strip button")).toHaveLength(30);
  expect(viewer()?.querySelectorAll(".rw-strip video")).toHaveLength(23);
});

test("goes through the outputs of one task, pictures among them", async () => {
  const { el } = mount(finished("a", "image", "video", "audio"));
  await open(el, 0);
  expect(caption()).toMatch(/^output 1 · /);
  expect(viewer()?.querySelector("img.rw-on")?.getAttribute("src")).toBe("https://media.example/a0.png");
  expect(viewer()?.querySelector(".rw-transport")).toBeNull();
  press("ArrowRight");
  await load();
  expect(seen()).toEqual(["0 1"]);
  expect(viewer()?.querySelector(".rw-transport")).toBeTruthy();
  expect(viewer()?.querySelectorAll(".rw-strip button")).toHaveLength(2);
});

test("a link to a picture opens elsewhere where a person asks for that", async () => {
  const { el } = mount(finished("a", "image"));
  const click = (options: object) => {
    const event = new MouseEvent("click", { bubbles: true, cancelable: true, ...options });
    let used = false;
    const last = () => {
      used = event.defaultPrevented;
      event.preventDefault(); // nothing is to be loaded
    };
    document.addEventListener("click", last, { once: true });
    el.querySelector(".rw-outputs a")?.dispatchEvent(event);
    return [used, !!viewer()];
  };
  expect(click({ ctrlKey: true })).toEqual([false, false]);
  expect(click({})).toEqual([true, true]);
});

test("gives and takes the star of the present take, which the kernel remembers", async () => {
  const { cards, asked, takes } = show(finished("a"), finished("b"));
  await open(cards()[1]);
  press("p");
  expect(asked()).toEqual([{ ask: "pick", take: 1 }]);
  const { _face } = finished("b");
  await takes({ 1: { _face: { ..._face, picked: true } } });
  expect(named("Star").getAttribute("aria-pressed")).toBe("true");
  expect(named("Take [1], with a star")).toBeTruthy();
});

test("keeps the frame that is seen, and shows the line that uses it", async () => {
  const { cards, asked, takes } = show(finished("a"), finished("b"));
  await open(cards()[1]);
  press(" ");
  await pass(0.1);
  const at = films()[1]?.currentTime;
  press("k");
  expect(asked()).toEqual([{ ask: "frame", take: 1, output: 0, at }]);
  expect(words()).toContain("keeping the frame");
  const { _face } = finished("b");
  await takes({ 1: { _face: { ..._face, frame: "client.image_to_video(…)" } } });
  expect(words()).toContain("frame kept:client.image_to_video(…)");
  const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  named("Copy the line that uses it").click();
  expect(copied).toHaveBeenCalledWith("client.image_to_video(…)");
  press("k"); // the same one once more
  expect([asked().length, words()?.includes("keeping")]).toEqual([1, false]);
});

test("a frame of which nothing is heard is not waited for for ever", async () => {
  const { cards } = show(finished("a"));
  await open(cards()[0]);
  named("Keep this frame").click();
  expect(words()).toContain("keeping");
  await pass(20);
  expect(words()).not.toContain("keeping");
});

test("compares two with a wipe, the last one seen with the present one; then the right one is exchanged", async () => {
  const { cards } = show(finished("a"), finished("b"), finished("c"));
  await open(cards()[0]);
  press("ArrowLeft");
  await load();
  press("w");
  await load();
  expect(caption()).toBe("[2] left · [0] right");
  expect(seen().sort()).toEqual(["0 0", "2 0"]);
  const wipe = named("Wipe between [2] and [0]");
  expect(document.activeElement).toBe(wipe);
  press("ArrowRight");
  expect([wipe.getAttribute("aria-valuenow"), caption()]).toEqual(["52", "[2] left · [0] right"]);
  expect(viewer()?.querySelector<HTMLElement>(".rw-over")?.style.clipPath).toContain("52%");
  press("ArrowRight", viewer());
  expect(caption()).toBe("[2] left · [1] right");
  wipe.focus();
  press("w");
  expect(caption()).toMatch(/^\[2\] · /);
  expect(document.activeElement, "or the next key would go nowhere").toBe(viewer());
});

test("is heard only when it is asked to be, and only the present take", async () => {
  const { cards } = show(finished("a"), finished("b"));
  await open(cards()[0]);
  press("m");
  expect(films().map((film) => film.muted)).toEqual([false, true]);
  press("ArrowRight");
  await load();
  expect(films().map((film) => film.muted)).toEqual([true, false]);
});

test("a link that has ended is renewed from here", async () => {
  const { cards, asked, takes } = show(finished("a"));
  await open(cards()[0]);
  films()[0]?.dispatchEvent(new Event("error"));
  await drawn();
  expect(asked()).toEqual([{ ask: "renew", take: 0 }]);
  expect(viewer()?.querySelector(".rw-screen")?.textContent).toContain("asking for a new link");
  await pass(10);
  expect(viewer()?.querySelector(".rw-screen")?.textContent).toContain("cannot play here");
  [...(viewer()?.querySelectorAll("button") ?? [])].find((each) => each.textContent === "Renew")?.click();
  expect(asked()).toHaveLength(2);
  await takes({ 0: { outputs: [{ url: "https://media.example/new.mp4", kind: "video" }] } });
  expect(films().map((film) => film.src)).toEqual(["https://media.example/new.mp4"]);
});
