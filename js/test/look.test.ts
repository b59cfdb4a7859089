// The bar of a grid, and what becomes of the viewer when the view goes.

import { describe, expect, test, vi } from "vitest";
import type { State } from "../src/state";
import { caption, fakeLooking, finished, load, named, open, pass, press, seen, show, viewer } from "./looking";
import { drawn } from "./mount";
import { compact, everyState } from "./states";

const { running } = everyState();
fakeLooking();

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

  test("goes on where its view is taken away and another one shows the same takes", async () => {
    const first = show(finished("a"), finished("b"));
    await open(first.cards()[0]);
    first.cleanup();
    expect(viewer()?.open).toBe(true);
    const queued: Partial<State> = { status: "QUEUED", outputs: [] };
    const second = show({ ...finished("a"), ...queued }, { ...finished("b"), ...queued });
    expect(caption()).toMatch(/^\[0\] · /);
    for (const key of ["ArrowRight", "ArrowRight"]) {
      press(key); // also until the other view has learned how they stand
      await load();
    }
    expect(seen()).toEqual(["0 0"]);
    press("ArrowRight");
    await load();
    expect(seen()).toEqual(["1 0"]);
    press("ArrowLeft");
    await load();
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
