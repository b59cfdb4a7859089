// The bar of a grid and the viewer: what they show, what they ask, and what becomes of them when the view goes.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { State } from "../src/state";
import { fake, fakeFilms } from "./films";
import { FakeModel } from "./model";
import { clear, drawn, mount } from "./mount";
import { compact, everyGrid, everyState, NOW, state } from "./states";

const { running } = everyState();
const URL_OF = (name: string, kind: string) => `https://media.example/${name}.${kind === "video" ? "mp4" : "png"}`;

/** A finished take with these outputs. */
function finished(name: string, ...kinds: ("video" | "image" | "audio")[]): State {
  const outputs = (kinds.length ? kinds : ["video" as const]).map((kind, i) => ({
    url: URL_OF(`${name}${i}`, kind),
    kind,
  }));
  return state({ task_id: name, outputs }, "success");
}

/** A grid of these takes on the page. */
function show(...takes: State[]) {
  const traits = { ...everyGrid()["two running"], _takes: takes.map(compact) };
  const model = new FakeModel(traits);
  const view = mount(traits, model);
  return {
    ...view,
    cards: () => [...view.el.querySelectorAll<HTMLElement>(".runway-task")],
    async takes(changes: object) {
      model.message({ kind: "takes", whole: true, changes, summary: traits._summary });
      await drawn();
    },
    asked: () => model.sent.filter((each) => !["sync", "frozen"].includes((each as { ask: string }).ask)),
  };
}

const viewer = () => document.querySelector<HTMLDialogElement>("dialog");
const named = (name: string, within: ParentNode | null = viewer()) => {
  const found = within?.querySelector<HTMLElement>(`[aria-label="${name}"]`);
  if (!found) throw new Error(`nothing called "${name}"`);
  return found;
};
const films = () => [...(viewer()?.querySelectorAll<HTMLVideoElement>("video.rw-shot") ?? [])];
const seen = () => [...(viewer()?.querySelectorAll(".rw-on") ?? [])].map((each) => each.getAttribute("data-shot"));
const caption = () => viewer()?.querySelector(".rw-caption b")?.textContent;
const words = () => viewer()?.querySelector(".rw-foot")?.textContent;
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

/** Presses a key where the focus is, or on `on`; false if it was used. */
function press(key: string, on: Element | null = document.activeElement) {
  return on?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

/** Opens a take; its films have loaded. */
async function open(card: HTMLElement | undefined, output = 0) {
  const way = card?.querySelectorAll<HTMLElement>(".rw-cover, .rw-outputs a")[output];
  way?.focus();
  way?.click();
  await load();
}

async function load() {
  for (const film of films()) film.dispatchEvent(new Event("loadeddata"));
  await pass(0.1);
}

let restore = () => {};
let still = false;
beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1000 });
  restore = fakeFilms();
  still = false;
  vi.spyOn(window, "matchMedia").mockImplementation(() => ({ matches: still }) as MediaQueryList);
});
afterEach(() => {
  viewer()?.close();
  clear();
  restore();
  vi.useRealTimers();
});

describe("the bar of a grid", () => {
  const bar = (el: HTMLElement) => el.querySelector("[aria-label='All takes in step']");

  test("comes with the first film, into a place that was kept for it", async () => {
    const { el, takes } = show(running, running);
    expect(el.querySelector(".rw-steps")?.childElementCount).toBe(0);
    await takes({ 0: compact(finished("a")) });
    expect(bar(el)?.parentElement?.className).toBe("rw-steps");
  });

  test("is not there, nor a place for it, where all are pictures", () => {
    const picture = finished("a", "image");
    const { el } = show({ ...picture, _face: { ...picture._face, kind: "image" } });
    expect(el.querySelector(".rw-steps")).toBeNull();
  });

  test("plays the films and leaves the rest alone; its keys are its own", async () => {
    const { el } = show(finished("a"), finished("b"), finished("c", "image"));
    const heard = vi.fn();
    document.addEventListener("keydown", heard);
    const range = bar(el)?.querySelector("input") as HTMLInputElement;
    expect(bar(el)?.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
    expect(press(".", range)).toBe(false);
    await pass(1);
    expect(range.ariaValueText).toBe("0:00.06 of 0:04.00");
    expect(press("ArrowRight", range)).toBe(false);
    await pass(1);
    expect(range.ariaValueText).toBe("0:00.10 of 0:04.00");
    expect(heard).not.toHaveBeenCalled();
    expect(press("j", range)).toBe(true);
    expect(heard).toHaveBeenCalledTimes(1);
    document.removeEventListener("keydown", heard);
    range.value = "2";
    range.dispatchEvent(new Event("input"));
    await pass(0.5);
    const places = () => [...el.querySelectorAll("video")].map((film) => film.currentTime);
    expect(places()).toEqual([2, 2]);
    for (const name of ["pointerenter", "pointerleave"]) {
      el.querySelector(".rw-film")?.dispatchEvent(new PointerEvent(name, { pointerType: "mouse" }));
      await pass(1);
      expect(places(), "the pointer moves none of them alone").toEqual([2, 2]);
    }
  });
});

describe("the viewer", () => {
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
    press("w");
    expect(caption()).toMatch(/^\[2\] · /);
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

  test("keeps its keys from the page, and leaves those of the browser alone", async () => {
    const { cards } = show(finished("a"), finished("b"));
    await open(cards()[0]);
    const heard = vi.fn();
    document.addEventListener("keydown", heard);
    for (const key of ["a", "p", "ArrowLeft", "Tab"]) press(key);
    document.removeEventListener("keydown", heard);
    expect(heard).not.toHaveBeenCalled();
    expect(press("Tab")).toBe(true);
    expect(viewer()?.dataset.lmSuppressShortcuts).toBeTruthy();
  });

  test("closes where the focus was, leaves nothing behind, and is not in the way of the next one", async () => {
    const { cards } = show(finished("a"), finished("b"));
    await open(cards()[0]);
    press("ArrowRight");
    named("Close").click();
    expect(viewer()).toBeNull();
    expect(document.activeElement).toBe(cards()[0]?.querySelector(".rw-cover"));
    await open(cards()[1]);
    expect(caption()).toMatch(/^\[1\]/);
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

  test("goes on where its view is taken away and another one shows the same takes", async () => {
    const first = show(finished("a"), finished("b"));
    await open(first.cards()[0]);
    first.cleanup();
    expect(viewer()?.open).toBe(true);
    const queued: Partial<State> = { status: "QUEUED", outputs: [] };
    const second = show({ ...finished("a"), ...queued }, { ...finished("b"), ...queued });
    expect(caption(), "until it has learned how they stand").toMatch(/^\[0\] · /);
    await second.takes({ 0: compact(finished("a")), 1: compact(finished("b")) });
    press("p");
    expect([first.asked(), second.asked()]).toEqual([[], [{ ask: "pick", take: 0 }]]);
    const { _face } = finished("a");
    await second.takes({ 0: { _face: { ..._face, picked: true } } });
    expect(named("Star").getAttribute("aria-pressed")).toBe("true");
    named("Close").click();
    expect(document.activeElement).toBe(second.cards()[0]?.querySelector(".rw-cover"));
  });

  test("does without a kernel where no other view comes", async () => {
    const { cards, cleanup } = show(finished("a"), finished("b"));
    await open(cards()[0]);
    cleanup();
    await pass(1);
    expect(named("Star").localName).toBe("button");
    await pass(2);
    expect(viewer()?.querySelector("[aria-label='Keep this frame']")).toBeNull();
    press("ArrowRight");
    await load();
    expect(seen()).toEqual(["1 0"]);
  });

  test("without a kernel one looks on, but nothing is offered that needs one", async () => {
    const { model, cards, asked } = show(finished("a"), finished("b"));
    model.update({ layout: { comm_live: false } });
    model.emit("comm_live_update");
    await drawn();
    await open(cards()[0]);
    expect(viewer()?.querySelector("[aria-label=Star], [aria-label='Keep this frame']")).toBeNull();
    for (const key of ["p", "k", "ArrowRight"]) press(key);
    await load();
    expect([asked(), seen()]).toEqual([[], ["1 0"]]);
  });
});

test("the star's key works on the card that has the focus, and there alone", async () => {
  const { cards, asked } = show(finished("a"), running);
  press("p", cards()[1]?.querySelector("button") ?? null);
  press("p", document.body);
  expect(asked()).toEqual([]);
  expect(press("p", cards()[0]?.querySelector(".rw-cover") ?? null)).toBe(false);
  expect(asked()).toEqual([{ ask: "pick", take: 0 }]);
});
