// What stands in the reader's window: happy-dom lays nothing out, so a test says it.

import { vi } from "vitest";

/** From now on observers hear of what they look at only by the returned function. `vi.unstubAllGlobals()` ends it. */
export function sight() {
  const observers = new Set<{ heard(entries: object[]): void; targets: Set<Element> }>();
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      targets = new Set<Element>();
      constructor(readonly heard: (entries: object[]) => void) {
        observers.add(this);
      }
      observe = (target: Element) => void this.targets.add(target);
      disconnect = () => void observers.delete(this);
    },
  );
  return {
    /** Views under `el` come into the window (or leave it, where `isIntersecting` is false). */
    see(el: Element, isIntersecting = true) {
      for (const { heard, targets } of [...observers])
        for (const target of targets) if (el.contains(target)) heard([{ target, isIntersecting }]);
    },
    /** What is looked at still. */
    observed: () => [...observers].flatMap(({ targets }) => [...targets]),
  };
}
