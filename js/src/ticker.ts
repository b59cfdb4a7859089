// One timer for the whole page, once a second, and none while nothing changes with time.
//
// Every widget loads a module of its own, so "one per page" has to live on the page: a registry under a registered symbol. Who
// changes the registry's shape gives it another number.

interface Registry {
  callbacks: Set<() => void>;
  timer?: ReturnType<typeof setInterval> | undefined;
}

const KEY = Symbol.for("runway-widget.ticker.2");

/** Calls `callback` each second until the returned function is called. */
export function everySecond(callback: () => void): () => void {
  const global = globalThis as { [KEY]?: Registry };
  global[KEY] ??= { callbacks: new Set() };
  const page = global[KEY];
  page.callbacks.add(callback);
  page.timer ??= setInterval(() => {
    for (const each of [...page.callbacks]) each();
  }, 1000);
  return () => {
    page.callbacks.delete(callback);
    if (page.callbacks.size) return;
    clearInterval(page.timer);
    page.timer = undefined;
  };
}
