// What a view of a model can do, whether it shows one task or many; widget.tsx calls it.

import type { ComponentChildren } from "preact";
import type { Look } from "./after";
import type { Take } from "./take";
import type { Ask, Details } from "./ui";

/** What is used of a host's model. */
export interface Model {
  // biome-ignore lint/suspicious/noExplicitAny: whoever reads a trait says what it holds
  get(name: string): any;
  on(event: string, then: (message?: unknown) => void): void;
  off(event: string, then: (message?: unknown) => void): void;
  send(message: unknown): void;
}

/** `again`: an earlier answer, or something else that should have come, did not. */
export type Send = (message: { ask: Ask; take?: number; again?: true } & Details) => void;

/** A view that stands on the page. */
export interface Shown {
  root: HTMLElement;
  /** It stands somewhere else now. */
  moved(): void;
  end(): void;
}

export interface View {
  /** What it shows, in the order in which that stands in its drawing. */
  takes: Take[];
  /** The model's events after which there is something to read, besides its messages. */
  events: string[];
  /** Whether time alone changes the drawing. */
  ticking(): boolean;
  /** Whether the second bundle will soon be of use. */
  late(): boolean;
  /** Whether all that is shown has come to its end. */
  ended(): boolean;
  /** Whether something has not come that should have: within `after` seconds, if they are given. */
  missed(after?: number): boolean;
  /** A message came; or, without one, traits have changed. */
  update(message?: unknown): void;
  /**
   * `gone`: there is no kernel any more, so nothing will change and nothing can be asked for. `look`: what the second bundle adds,
   * once it is there.
   */
  draw(gone: boolean, look?: Look): ComponentChildren;
  /** What a screen reader is told of it. */
  announcement(): string;
  end(): void;
}
