// One timer for the whole page, once a second, and none while nothing changes with time.

import { page } from "./page";

/** Calls `callback` each second until the returned function is called. */
export function everySecond(callback: () => void): () => void {
  page.ticking.add(callback);
  page.timer ??= setInterval(() => {
    for (const each of [...page.ticking]) each();
  }, 1000);
  return () => {
    page.ticking.delete(callback);
    if (page.ticking.size) return;
    clearInterval(page.timer);
    page.timer = undefined;
  };
}
