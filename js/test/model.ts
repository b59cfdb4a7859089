// A model as a front end sees it, in a few lines: what Python sets, and a record of what the card sent.

export class FakeModel {
  sent: unknown[] = [];
  written: string[] = [];
  private listeners = new Map<string, Set<(message?: unknown) => void>>();
  constructor(private traits: object) {}
  // biome-ignore lint/suspicious/noExplicitAny: as in a host
  get = (name: string): any => (this.traits as Record<string, unknown>)[name];
  set = (name: string) => void this.written.push(name);
  save_changes = () => void this.written.push("save_changes");
  send = (message: unknown) => void this.sent.push(message);
  on = (name: string, then: (message?: unknown) => void) => void this.of(name).add(then);
  off = (name: string, then: (message?: unknown) => void) => void this.of(name).delete(then);
  listening = () => [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  private of = (name: string) => this.listeners.get(name) ?? this.listeners.set(name, new Set()).get(name) ?? new Set();

  /** What a message from Python does: all values first, then one event for each. */
  update(change: object) {
    this.traits = { ...this.traits, ...change };
    for (const name of Object.keys(change)) for (const then of [...this.of(`change:${name}`)]) then();
  }

  /** What a message of Python's beside the traits does. */
  message(content: object) {
    this.emit("msg:custom", content);
  }

  emit(name: string, content?: object) {
    for (const then of [...this.of(name)]) then(content);
  }
}
