// The view of many takes: compact cards side by side under a line that sums them up.
//
// Python sends the whole grid when it opens, and then what changed of which take. A drawing that is still true is kept and
// given to Preact again, which passes over it: so an update costs what changed, and not what there is.

import { Fragment, h, type VNode } from "preact";
import { age, estimate } from "./format";
import type { Compact, Seen } from "./state";
import { type Take, take } from "./take";
import type { Model, Send, View } from "./view";

const SPEAK_EVERY = 10_000;

interface Summary {
  words: string;
  left: number | null;
  at: number;
  ticking: boolean;
}

interface News {
  kind?: string;
  changes: Record<number, Partial<Compact>>;
  summary: Summary;
}

export function grid(model: Model, send: Send, redraw: () => void): View {
  const columns: number | null = model.get("_columns");
  // As many columns as were asked for, as long as each is wide enough for its words.
  const narrowest = columns ? `max(160px,(100% + 12px)/${columns} - 12.1px)` : "";
  let summary: Summary = model.get("_summary");
  let came = performance.now();
  let told = summary.words;
  let toldAt = came;
  const drawn: (VNode | null)[] = [];
  const takes: Take[] = model.get("_takes").map((compact: Compact, index: number) =>
    take(
      compact as Seen, // no compact card asks for the rest
      (ask) => send({ ask, take: index }),
      () => {
        drawn[index] = null;
        redraw();
      },
    ),
  );

  /** "2 running · 1 done · about 0:30 left" */
  function line(): string {
    const now = performance.now();
    const left = (summary.left ?? 0) - (now - came) / 1000;
    const quiet = Math.min(...takes.filter((one) => one.state._clock.ticking).map((one) => one.silence()));
    if (summary.ticking && quiet > 0) return `no word from the kernel for ${age(quiet)}`;
    return left >= 1 ? `${summary.words} · about ${estimate(left)} left` : summary.words;
  }

  return {
    events: [],
    ticking: () => summary.ticking,
    ended: () => !summary.ticking,
    update(message) {
      const news = message as News | undefined;
      if (news?.kind !== "takes") return;
      for (const [key, change] of Object.entries(news.changes)) {
        const index = Number(key);
        takes[index]?.update(change);
        drawn[index] = null;
      }
      summary = news.summary;
      came = performance.now();
    },
    drawing: () => (
      <>
        <p class="rw-small">{line()}</p>
        {/* biome-ignore lint/a11y/useSemanticElements: hosts have styles for ul and li, and browsers do not read out what is styled away */}
        <div class="rw-grid" role="list" aria-label="Takes" style={narrowest && { "--rw-min": narrowest }}>
          {takes.map((one, index) => {
            if (one.state._face.warn) drawn[index] = null; // it counts down to the next try
            drawn[index] ??= (
              // biome-ignore lint/a11y/useSemanticElements: as for the list
              <div role="listitem" key={index}>
                {one.card(true)}
              </div>
            );
            return drawn[index];
          })}
        </div>
      </>
    ),
    // A hundred takes change a hundred times: what they come to is told now and then, and at the end.
    spoken() {
      const now = performance.now();
      if (now - toldAt > SPEAK_EVERY || !summary.ticking) {
        told = summary.words;
        toldAt = now;
      }
      return told;
    },
    end() {
      for (const one of takes) one.end();
    },
  };
}
