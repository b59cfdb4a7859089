// Films that play by the page's clock, as a browser's do: they take a moment to come to an instant, and to begin.

/** Milliseconds that a film takes to come to an instant. */
const SEEK = 20;

interface Fake {
  length: number;
  at: number;
  since: number | null;
  rate: number;
  seeking: boolean;
  loaded: boolean;
  /** How much faster than it should it plays. */
  hurry: number;
  seeks: number;
}

const fakes = new WeakMap<HTMLMediaElement, Fake>();

/** What a test changes of a film: its length, whether it has loaded, and what is wrong with its speed. */
export function fake(film: HTMLMediaElement): Fake {
  const known = fakes.get(film);
  if (known) return known;
  const made = { length: 4, at: 0, since: null, rate: 1, seeking: false, loaded: true, hurry: 1, seeks: 0 };
  fakes.set(film, made);
  return made;
}

function place(film: HTMLMediaElement): number {
  const { at, since, rate, hurry, length } = fake(film);
  return since === null ? at : Math.min(length, at + ((performance.now() - since) / 1000) * rate * hurry);
}

/** Counts on from here. */
function settle(film: HTMLMediaElement, change: Partial<Fake>) {
  const one = fake(film);
  Object.assign(one, { at: place(film), since: one.since === null ? null : performance.now() }, change);
}

const PROPERTIES: PropertyDescriptorMap & ThisType<HTMLMediaElement> = {
  readyState: {
    get: function () {
      return fake(this).loaded ? (fake(this).seeking ? 1 : 4) : 0;
    },
  },
  duration: {
    get: function () {
      return fake(this).loaded ? fake(this).length : Number.NaN;
    },
  },
  seeking: {
    get: function () {
      return fake(this).seeking;
    },
  },
  paused: {
    get: function () {
      return fake(this).since === null || place(this) >= fake(this).length;
    },
  },
  playbackRate: {
    get: function () {
      return fake(this).rate;
    },
    set: function (rate: number) {
      settle(this, { rate });
    },
  },
  currentTime: {
    get: function () {
      return place(this);
    },
    set: function (at: number) {
      settle(this, {});
      Object.assign(fake(this), { at, seeking: true, seeks: fake(this).seeks + 1 });
      const { seeks } = fake(this);
      setTimeout(() => {
        if (seeks !== fake(this).seeks) return; // it is on its way to somewhere else by now
        settle(this, { at, seeking: false });
        this.dispatchEvent(new Event("seeked"));
      }, SEEK);
    },
  },
  play: {
    value: function () {
      settle(this, { since: performance.now() });
      return Promise.resolve();
    },
  },
  pause: {
    value: function () {
      settle(this, {});
      fake(this).since = null;
    },
  },
};

/** Has every film of the page be such a one, until the returned function is called. */
export function fakeFilms(): () => void {
  const { prototype } = HTMLMediaElement;
  const before = Object.getOwnPropertyDescriptors(prototype) as PropertyDescriptorMap;
  for (const [name, property] of Object.entries(PROPERTIES))
    Object.defineProperty(prototype, name, { ...property, configurable: true });
  return () => {
    for (const name of Object.keys(PROPERTIES)) Object.defineProperty(prototype, name, before[name] ?? {});
  };
}
