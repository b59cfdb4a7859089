// What a view of a model can do, whether it shows one task or many; widget.ts gives it its life.

/** What is used of a host's model. */
export interface Model {
  // biome-ignore lint/suspicious/noExplicitAny: what a trait holds is for who reads it to say
  get(name: string): any;
  on(event: string, then: (message?: unknown) => void): void;
  off(event: string, then: (message?: unknown) => void): void;
  send(message: unknown): void;
}

export type Send = (message: { ask: string; take?: number }) => void;

export interface View {
  /** The model's events that bring news. */
  events: string[];
  /** Whether something counts, so that time alone changes the drawing. */
  ticking(): boolean;
  /** Takes in what an event brought. */
  update(message?: unknown): void;
  paint(): void;
  end(): void;
}
