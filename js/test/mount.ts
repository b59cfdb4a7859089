// Puts a widget on the page with a fake model, and reads it as a person would.

import { afterEach, beforeEach, vi } from "vitest";
import { start } from "../src/after";
import { kit } from "../src/kit";
import { page } from "../src/page";
import type { State } from "../src/state";
import widget from "../src/widget";
import { FakeModel } from "./model";
import { NOW } from "./states";

export interface Mounted {
  model: FakeModel;
  el: HTMLElement;
  cleanup: () => void;
  /** The card's words, without the announcement. */
  words(): string;
  spoken(): string;
  button(name: string): HTMLElement;
  /** A message from Python, and the drawing that follows. */
  update(change: Partial<State>): Promise<void>;
}

// The second bundle has come already, but for the tests of its coming (second.test.ts).
page.after = start(kit);
page.hears = true;

const mounted = new Set<() => void>();

/** Takes every card off the page again. */
export function clear() {
  for (const cleanup of mounted) cleanup();
  mounted.clear();
  document.body.replaceChildren();
  page.hears = true; // as where a kernel's threads are heard; sync.test.ts has the others
}

/** Has each test begin at `NOW`, with timers that it moves itself, and takes its cards off the page. */
export function fakeTime() {
  beforeEach(() => void vi.useFakeTimers({ now: NOW * 1000 }));
  afterEach(() => {
    clear();
    vi.useRealTimers();
  });
}

export function mount(state: object, model = new FakeModel(state), signal?: AbortSignal): Mounted {
  const el = document.body.appendChild(document.createElement("div"));
  const cleanup = widget.render({ model, el, signal });
  mounted.add(cleanup);
  const text = (found: Element | null) => found?.textContent?.replace(/\s+/g, " ").trim() ?? "";
  return {
    model,
    el,
    cleanup,
    words: () => text(el.querySelector(".rw-card")),
    spoken: () => text(el.querySelector("[role=status]")),
    button: (name) => {
      const found = el.querySelector<HTMLElement>(`[aria-label="${name}"]`) ?? byText(el, name);
      if (!found) throw new Error(`no button "${name}"`);
      return found;
    },
    async update(change) {
      model.update(change);
      await drawn();
    },
  };
}

const byText = (el: HTMLElement, text: string) =>
  [...el.querySelectorAll("button")].find((button) => button.textContent === text);

/** Waits until what was asked for is on the page. */
export const drawn = () => Promise.resolve().then(() => Promise.resolve());
