// One film: to be shown at an instant, and asked for the length of its frames.

import { frameLength, USUAL_FRAME } from "./steps";

export type Film = HTMLVideoElement;

/** Milliseconds after which a film that does not answer is gone on without. */
const PATIENCE = 400;
/** Seconds from one probe to the next: less than half a frame of 60 a second. */
const PROBE = 1 / 130;

const frames = new WeakMap<Film, number>();
/** Films that are on their way, and where to. */
const ways = new WeakMap<Film, { to: number; end: Promise<void> }>();

/** One knows how long it is, and so where it is to stand. */
export const isKnown = ({ duration }: Film): boolean => duration > 0 && Number.isFinite(duration);

/** It has a picture of where it stands. On its way somewhere it has none. */
export const isReady = (film: Film): boolean => film.readyState >= 2;

/** After this event, or a while without it. */
export const after = (film: Film, event: string): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE);
    film.addEventListener(event, () => resolve(clearTimeout(timer)), { once: true });
  });

/** Has it come to `at`. While it is on its way somewhere, only the last of several instants counts. */
export function set(film: Film, at: number): Promise<void> {
  const way = ways.get(film);
  if (way) way.to = at;
  const started = way ?? { to: at, end: travel(film, at) };
  ways.set(film, started);
  return started.end;
}

async function travel(film: Film, first: number): Promise<void> {
  for (let to: number | undefined = first; to !== undefined; ) {
    film.currentTime = to;
    await after(film, "seeked");
    const next: number | undefined = ways.get(film)?.to;
    to = next === to ? undefined : next;
  }
  ways.delete(film);
}

/** When the frame begins that the film shows at `at`; null where the browser does not tell. */
function shownAt(film: Film, at: number): Promise<number | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), PATIENCE);
    film.requestVideoFrameCallback((_, { mediaTime }) => {
      clearTimeout(timer);
      resolve(mediaTime);
    });
    film.currentTime = at;
  });
}

/** The length of its frames. The first time, a film that stands still is moved on until it shows the next one. */
export async function frameOf(film: Film): Promise<number> {
  const known = frames.get(film);
  if (known) return known;
  let length = USUAL_FRAME;
  if ("requestVideoFrameCallback" in film) {
    const at = Math.min(film.currentTime, film.duration - 0.2);
    const first = await shownAt(film, Math.max(0, at));
    for (let tries = 1; first !== null && tries < 20; tries++) {
      const next = await shownAt(film, Math.max(0, at) + tries * PROBE);
      if (next === null || next > first + PROBE / 2) {
        if (next) length = frameLength(next - first);
        break;
      }
    }
  }
  frames.set(film, length);
  return length;
}
