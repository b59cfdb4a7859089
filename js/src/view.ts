// What a view of a model can do, whether it shows one task or many; widget.tsx gives it its life.

import type { ComponentChildren } from "preact";
import type { Ask } from "./ui";

/** What is used of a host's model. */
export interface Model {
  // biome-ignore lint/suspicious/noExplicitAny: what a trait holds is for who reads it to say
  get(name: string): any;
  on(event: string, then: (message?: unknown) => void): void;
  off(event: string, then: (message?: unknown) => void): void;
  send(message: unknown): void;
}

export type Send = (message: { ask: Ask; take?: number }) => void;

export interface View {
  /** The model's events that bring news, besides its messages. */
  events: string[];
  /** Whether something counts, so that time alone changes the drawing. */
  ticking(): boolean;
  /** Whether all that is shown has come to its end. */
  ended(): boolean;
  /** Takes in what an event brought. */
  update(message?: unknown): void;
  drawing(): ComponentChildren;
  /** What a screen reader is told of it. */
  spoken(): string;
  end(): void;
}
