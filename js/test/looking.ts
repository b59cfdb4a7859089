// Finished takes on the page, and the viewer as a person would use it.

import { afterEach, beforeEach, vi } from "vitest";
import type { State } from "../src/state";
import { fakeFilms } from "./films";
import { FakeModel } from "./model";
import { clear, drawn, mount } from "./mount";
import { compact, everyGrid, NOW, state } from "./states";

const URL_OF = (name: string, kind: string) => `https://media.example/${name}.${kind === "video" ? "mp4" : "png"}`;

/** A finished take with these outputs. */
export function finished(name: string, ...kinds: ("video" | "image" | "audio")[]): State {
  const outputs = (kinds.length ? kinds : ["video" as const]).map((kind, i) => ({
    url: URL_OF(`${name}${i}`, kind),
    kind,
  }));
  return state({ task_id: name, outputs }, "success");
}

/** A grid of these takes on the page. */
export function show(...takes: State[]) {
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

export const viewer = () => document.querySelector<HTMLDialogElement>("dialog");
export const named = (name: string, within: ParentNode | null = viewer()) => {
  const found = within?.querySelector<HTMLElement>(`[aria-label="${name}"]`);
  if (!found) throw new Error(`nothing called "${name}"`);
  return found;
};
export const films = () => [...(viewer()?.querySelectorAll<HTMLVideoElement>("video.rw-shot") ?? [])];
export const seen = () =>
  [...(viewer()?.querySelectorAll(".rw-on") ?? [])].map((each) => each.getAttribute("data-shot"));
export const caption = () => viewer()?.querySelector(".rw-caption b")?.textContent;
export const words = () => viewer()?.querySelector(".rw-foot")?.textContent;
export const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

/** Presses a key where the focus is, or on `on`; false if it was used. */
export function press(key: string, on: Element | null = document.activeElement) {
  return on?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

/** Opens a take; its films have loaded. */
export async function open(card: HTMLElement | undefined, output = 0) {
  const way = card?.querySelectorAll<HTMLElement>(".rw-cover, .rw-outputs a")[output];
  way?.focus();
  way?.click();
  await load();
}

/** The films that are there now have loaded. */
export async function load() {
  for (const film of films()) film.dispatchEvent(new Event("loadeddata"));
  await pass(0.1);
}

/** Has each test begin at `NOW`, with films that play by its time; `still` says whether no motion is wanted. */
export function fakeLooking(still = () => false) {
  let restore = () => {};
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW * 1000 });
    restore = fakeFilms();
    vi.spyOn(window, "matchMedia").mockImplementation(() => ({ matches: still() }) as MediaQueryList);
  });
  afterEach(() => {
    viewer()?.close();
    clear();
    restore();
    vi.useRealTimers();
  });
}
