// The second bundle: what a card needs only when its task is well under way, and after the end. The kernel sends it to the page
// when a card asks. A card works without: its kernel may be gone, or busy.
//
// It comes as text and is imported as a host imports the first one (anywidget 0.11), so that whoever allows the one allows the
// other.

import type { After } from "./after";
import { type Kit, kit } from "./kit";
import { BUILD, page } from "./page";
import { asker } from "./sync";
import type { Model } from "./view";

interface Module {
  build: string;
  start(kit: Kit): After;
}

/** A message came to a model of this page. If it holds the second bundle, the cards are drawn anew with it. */
export async function receive(message?: unknown) {
  const { kind, text } = (message ?? {}) as { kind?: string; text: string };
  if (kind !== "after" || page.after) return;
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try {
    const { build, start }: Module = await import(/* @vite-ignore */ url);
    // Python may have read it later than the first one, from a newer package.
    if (build === BUILD) page.after ??= start(kit);
    for (const redraw of page.views) redraw();
  } catch {}
  URL.revokeObjectURL(url);
}

/** Asks for it, on behalf of all cards that have this card's kernel. */
export function asksFor({ widget_manager: by = page }: Model & { widget_manager?: object }) {
  const one = page.askers.get(by) ?? asker("after");
  page.askers.set(by, one);
  return one;
}
