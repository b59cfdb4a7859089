// What only this page knows, and what a card may ask for. None of it ever becomes a trait.

import type { Now } from "./clock";
import type { Action, CardState } from "./state";

/** Everything the kernel can be asked. */
export type Ask = Action | "ready" | "sync" | "frozen" | "after" | "pick" | "frame";

/** What more there is to say: of which output, and of which moment in it, in seconds; and by which page. */
export interface Details {
  page?: string;
  output?: number;
  at?: number;
}

export interface Ui {
  /** The question "cancel?" is open. */
  confirm: boolean;
  /** The nested data is unfolded. */
  open: boolean;
  /** What was just copied, and whether that worked. */
  copied: { what: "id" | "link"; ok: boolean } | null;
  /** Outputs that would not load, by number. */
  broken: Record<number, true>;
  /** New links were asked for, and may come. */
  renewing: boolean;
  /** The still would not load. */
  noStill: boolean;
  /** The medium's own shape, once known. */
  ratio: number | null;
}

export interface Handlers {
  ask(what: Ask, details?: Details): void;
  set(change: Partial<Ui>): void;
  copy(what: "id" | "link", text: string, from: HTMLElement): void;
  /** A medium of this size was loaded; the first one counts. */
  measured(width: number, height: number): void;
  /** Output number `index` would not load. */
  failed(index: number): void;
  /** Asks for new links. */
  renew(): void;
}

/** All that a drawing follows from, and the handlers of its buttons and media. */
export interface Frame {
  state: CardState;
  ui: Ui;
  now: Now;
  act: Handlers;
  /** In the small form, for a grid, the take's number there: "[2]"; "" in the large one. */
  compact: string;
  /** The links have ended. */
  expired: boolean;
  /** There is no kernel any more, so nothing can be asked for. */
  gone: boolean;
}

export const freshUi = (): Ui => ({
  confirm: false,
  open: false,
  copied: null,
  broken: {},
  renewing: false,
  noStill: false,
  ratio: null,
});
