// Films that play in step: one clock, which all of them follow.
//
// The clock is the page's own. A film that is a little off goes faster or slower for a moment, and is set anew only where it is
// far off: setting costs a film its picture for a moment. One that has not loaded yet is gone on without, and joins when it has;
// one that is out of view stands still; a short one holds its last frame until the longest is over.

import { after, type Film, frameOf, isKnown, isReady, set } from "./film";
import { nextSpeed, rateFor, step, within } from "./steps";

/** Milliseconds between two looks at how far each film is off. */
const LOOK = 200;
/** Milliseconds before a film that was set anew is set anew again. */
const REST = 1000;

export interface Stage {
  films(): Film[];
  /** Whether somebody may see it. */
  seen(film: Film): boolean;
  /** The state of a button has changed. */
  changed(): void;
  /** Only the instant has. */
  moved(): void;
}

export type Timeline = ReturnType<typeof timeline>;

export function timeline({ films, seen, changed, moved }: Stage) {
  let at = 0;
  /** When `at` was, by the page's clock; null while nothing moves. */
  let since: number | null = null;
  let playing = false;
  let loop = true;
  let speed = 1;
  let looked = 0;
  let frame = 0;
  /** Frames to go that were asked for, while the length of one is not known yet. */
  let steps: number[] = [];
  /** It plays as soon as there is a film that can. */
  let waiting = false;
  /** Counts what was asked for: what is still on its way for something earlier has been overtaken. */
  let order = 0;
  const rested = new WeakMap<Film, number>();

  const known = () => films().filter(isKnown);
  const length = () => Math.max(0, ...known().map((film) => film.duration));
  const now = () => (since === null ? at : at + ((performance.now() - since) / 1000) * speed);
  const position = () => Math.min(now(), length() || now());

  /** Keeps a film where it is to be while the clock runs. */
  function follow(film: Film, to: number) {
    if (!seen(film)) film.pause();
    else if (to >= film.duration) {
      film.pause();
      if (film.currentTime < film.duration - 0.05) set(film, within(to, film.duration));
    } else {
      if (film.paused) film.play().catch(() => {});
      const rate = isReady(film) ? rateFor(film.currentTime - to, speed) : speed;
      if (rate !== null) film.playbackRate = rate;
      else if (performance.now() - (rested.get(film) ?? 0) > REST) {
        rested.set(film, performance.now());
        set(film, within(to + 0.05 * speed, film.duration));
      }
    }
  }

  function tick() {
    frame = requestAnimationFrame(tick);
    if (waiting && known().length) start(at);
    if (since === null) return;
    const to = now();
    const end = length();
    if (end && to >= end) {
      if (loop) start(0);
      else api.pause();
      return;
    }
    if (performance.now() - looked > LOOK) {
      looked = performance.now();
      for (const film of known()) follow(film, to);
    }
    moved();
  }

  /** Plays from there. The clock starts when all that can be have come there and go. */
  async function start(from: number) {
    const mine = ++order;
    at = from;
    since = null;
    waiting = known().length === 0;
    if (waiting) return;
    const all = known().filter((film) => seen(film) && film.duration > from);
    await Promise.all(all.map((film) => Math.abs(film.currentTime - from) > 0.02 && set(film, from)));
    if (mine !== order) return;
    await Promise.all(
      all.map((film) => {
        film.loop = false; // they all begin anew together
        film.playbackRate = speed;
        return film.paused && Promise.race([film.play().catch(() => {}), after(film, "playing")]);
      }),
    );
    if (mine !== order) return;
    const places = all.map((film) => film.currentTime).sort((one, other) => one - other);
    at = places[places.length >> 1] ?? from; // where most are: they began a little apart
    since = performance.now();
    looked = 0;
  }

  /** Nothing moves any more. */
  function stop() {
    order += 1;
    at = position();
    since = null;
    for (const film of films()) film.pause();
  }

  function show(to: number) {
    at = to;
    for (const film of known()) set(film, within(to, film.duration));
    moved();
  }

  const api = {
    position,
    length,
    /** Whether the films follow the clock: it runs, or was left at some instant. */
    get engaged() {
      return playing || at > 0;
    },
    get playing() {
      return playing;
    },
    get loop() {
      return loop;
    },
    get speed() {
      return speed;
    },
    play() {
      for (const film of films()) film.preload = "auto";
      const from = position();
      playing = true;
      cancelAnimationFrame(frame);
      tick();
      start(from >= length() - 0.05 ? 0 : from);
      changed();
    },
    /** All stand still, at the same instant. */
    pause() {
      cancelAnimationFrame(frame);
      stop();
      playing = false;
      show(at);
      changed();
    },
    toggle: () => (playing ? api.pause() : api.play()),
    /** Goes there, and plays on from there if it played. `moving`: the hand that moves it has not let go yet. */
    seek(to: number, moving = false) {
      if (playing && !moving) start(to);
      else {
        stop();
        show(to);
      }
    },
    /** One frame on (1) or back (-1), by the frames of the longest film. */
    async step(by: number) {
      const [longest] = known().sort((one, other) => other.duration - one.duration);
      if (!longest) return;
      steps.push(by);
      if (steps.length > 1) return; // the one before takes it along
      if (playing) api.pause();
      const mine = ++order;
      const length = await frameOf(longest);
      if (mine === order)
        show(
          step(
            at,
            steps.reduce((sum, each) => sum + each),
            length,
            longest.duration,
          ),
        );
      steps = [];
    },
    setLoop() {
      loop = !loop;
      changed();
    },
    setSpeed() {
      at = now();
      if (since !== null) since = performance.now();
      speed = nextSpeed(speed);
      looked = 0;
      changed();
    },
    /** There may be other films than before: they come to where the others are. */
    update() {
      if (!playing && api.engaged)
        for (const film of known()) {
          const to = within(at, film.duration);
          if (Math.abs(film.currentTime - to) > 0.01) set(film, to);
        }
      moved();
    },
    end() {
      cancelAnimationFrame(frame);
      stop();
      playing = false;
    },
  };
  return api;
}
