// One beat a second for the whole page, and none while nothing ticks.
//
// Every widget loads a module of its own, so "one per page" has to live on the page: a registry under a registered symbol.

interface Registry {
  beats: Set<() => void>;
  timer: ReturnType<typeof setInterval> | null;
}

const KEY = Symbol.for("runway-widget.ticker.1");

function registry(): Registry {
  const page = globalThis as unknown as Record<symbol, Registry | undefined>;
  page[KEY] ??= { beats: new Set(), timer: null };
  return page[KEY];
}

/** Calls `beat` each second until the returned function is called. */
export function tick(beat: () => void): () => void {
  const page = registry();
  page.beats.add(beat);
  page.timer ??= setInterval(() => {
    for (const each of [...page.beats]) each();
  }, 1000);
  return () => {
    page.beats.delete(beat);
    if (page.beats.size > 0 || page.timer === null) return;
    clearInterval(page.timer);
    page.timer = null;
  };
}
