// The view of many takes: compact cards side by side under a line that sums them up.
//
// Python sends the whole grid when it opens, and then what changed of which take. A drawing that is still true is kept and
// given to Preact again, which skips it: so an update costs as much as what changed, not as much as there is.

import { Fragment, h, type VNode } from "preact";
import type { Look } from "./after";
import { age, estimate } from "./format";
import type { Compact, Summary } from "./state";
import { type Take, take } from "./take";
import type { Model, Send, View } from "./view";

/** Milliseconds between two announcements. */
const ANNOUNCE_EVERY = 10_000;

interface TakesMessage {
  kind?: string;
  /** All of each take, and not only what has changed. */
  whole?: boolean;
  changes: Record<number, Partial<Compact>>;
  summary: Summary;
}

/** A length in CSS: of numbers, and nothing that could name an address or begin another property. */
const LENGTH = /^(min|max|px|[\d.()%,/*+ -])+$/;

const joined = (parts: (string | false)[]) => parts.filter(Boolean).join(" · ");

export function grid(model: Model, send: Send, redraw: () => void): View {
  let summary: Summary = model.get("_summary");
  let arrivedAt = performance.now();
  let announced = summary.words;
  let announcedAt = arrivedAt;
  let incomplete = false;
  let drawn: (VNode | null)[] = [];
  let drawnWith: Look | undefined;
  const takes: Take[] = model.get("_takes").map((compact: Compact, index: number) =>
    take(
      { ...compact, data: {} }, // which no compact card shows
      (ask, more) => send({ ask, take: index, ...more }),
      () => {
        drawn[index] = null;
        redraw();
      },
    ),
  );

  /** Seconds for which nothing has come of any take, if that is more than `after`, too long. */
  function silence(after?: number): number {
    const seconds = takes.filter((one) => one.state._clock.ticking).map((one) => one.silence(after));
    return summary.ticking && seconds.length ? Math.min(...seconds) : 0;
  }

  /** The cards, each as it was drawn last if that is still true. */
  function cards(gone: boolean, look?: Look) {
    if (look !== drawnWith) drawn = []; // the second bundle has come
    drawnWith = look;
    return takes.map((one, index) => {
      if (one.state._face.warn || gone) drawn[index] = null; // it counts down to the next try
      drawn[index] ??= (
        // biome-ignore lint/a11y/useSemanticElements: as for the list
        <div role="listitem" key={index}>
          {one.card(`[${index}]`, gone)}
        </div>
      );
      return drawn[index];
    });
  }

  /** "2 running · 1 done · about 0:30 left · up to 75 credits" */
  function summaryLine(gone: boolean): string {
    const { words, cost } = summary;
    if (gone) return joined([words, cost]);
    const left = (summary.left ?? 0) - (performance.now() - arrivedAt) / 1000;
    const silent = silence();
    if (silent) return `no word from the kernel for ${age(silent)}`;
    return joined([words, left >= 1 && `about ${estimate(left)} left`, cost]);
  }

  return {
    takes,
    events: ["change:_takes"], // after a reconnection a host may set all traits anew
    ticking: () => summary.ticking,
    late: () => takes.some((one) => one.late()),
    ended: () => !summary.ticking,
    missed: (after) => incomplete || silence(after) > 0,
    update(content) {
      const traits = { kind: "takes", whole: true, changes: model.get("_takes"), summary: model.get("_summary") };
      const message = (content ?? traits) as TakesMessage;
      if (message.kind !== "takes") return;
      // Each message has a number. One that is lost would be lost for ever: no other says the same.
      incomplete = !message.whole && (incomplete || message.summary.number > summary.number + 1);
      for (const [key, change] of Object.entries(message.changes)) {
        const index = Number(key);
        takes[index]?.update(change);
        drawn[index] = null;
      }
      summary = message.summary;
      arrivedAt = performance.now();
    },
    draw: (gone, look) => (
      <>
        <div class="rw-row rw-head">
          <p class="rw-small">{summaryLine(gone)}</p>
          {takes.some((one) => one.state._face.kind === "video") && <div class="rw-steps">{look?.bar()}</div>}
        </div>
        {/* WebKit does not read a ul without bullets as a list (WebKit bug 170179), and hosts have styles for ul and li. */}
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        <div
          class="rw-grid"
          role="list"
          aria-label="Takes"
          style={LENGTH.test(model.get("_least")) ? `--rw-min:${model.get("_least")}` : ""}
        >
          {cards(gone, look)}
        </div>
      </>
    ),
    // A hundred takes change a hundred times: the summary is announced from time to time, and at the end.
    announcement() {
      const now = performance.now();
      if (now - announcedAt > ANNOUNCE_EVERY || !summary.ticking) {
        announced = summary.words;
        announcedAt = now;
      }
      return announced;
    },
    end() {
      for (const one of takes) one.end();
    },
  };
}
