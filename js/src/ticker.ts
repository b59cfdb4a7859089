// One beat a second for the whole page, and none while nothing ticks.
//
// Every widget loads a module of its own, so "one per page" has to live on the page: a registry under a registered symbol.

interface Registry {
  beats: Set<() => void>;
  timer?: ReturnType<typeof setInterval> | undefined;
}

const KEY = Symbol.for("runway-widget.ticker.1");

/** Calls `beat` each second until the returned function is called. */
export function tick(beat: () => void): () => void {
  const global = globalThis as { [KEY]?: Registry };
  global[KEY] ??= { beats: new Set() };
  const page = global[KEY];
  page.beats.add(beat);
  page.timer ??= setInterval(() => {
    for (const each of [...page.beats]) each();
  }, 1000);
  return () => {
    page.beats.delete(beat);
    if (page.beats.size) return;
    clearInterval(page.timer);
    page.timer = undefined;
  };
}
