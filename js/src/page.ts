// What all cards of one page share.
//
// Every widget loads a module of its own, so "one per page" has to live on the page: under a registered symbol, which holds the
// name of the build. Two builds on one page, such as those of two kernels, share nothing.

import type { After } from "./after";
import type { asker } from "./sync";
import type { Model, Shown } from "./view";

/** The build puts its own name here, and the same into the second bundle. */
export const BUILD = "@build@";

/** A card that can be drawn where its view is none of the host's. */
export interface LiveCard {
  model: Model;
  /** Draws it into `el`; `lost` is called when its kernel is gone. */
  show(el: HTMLElement, lost: () => void): Shown;
}

interface Page {
  /** Called each second. */
  ticking: Set<() => void>;
  timer?: ReturnType<typeof setInterval> | undefined;
  /** Draw each view of the page anew. */
  views: Set<() => void>;
  /** What the second bundle brought, once it is there. */
  after?: After;
  /** Every card that has a model on this page and has ended, by the name that its static twin carries; of two the later one. */
  cards: Map<string, LiveCard>;
  /** When a card last sent something. */
  sentAt: number;
  /** Whether messages come that answer none. */
  hears: boolean;
  /** Who asks for it: one for each notebook, which has a kernel of its own. */
  askers: WeakMap<object, ReturnType<typeof asker>>;
}

const KEY = Symbol.for(`runway-widget.${BUILD}`);
const global = globalThis as { [KEY]?: Page };

global[KEY] ??= {
  ticking: new Set(),
  views: new Set(),
  cards: new Map(),
  sentAt: 0,
  hears: false,
  askers: new WeakMap(),
};
export const page = global[KEY];
