// The view of many takes: compact cards side by side under a line that sums them up.
//
// Each card is drawn into an element of its own, and only when it changed: a hundred takes are no more work than one. Python
// sends the whole grid when it opens, and then what changed of which take.

import { render as draw } from "preact";
import { estimate } from "./format";
import type { State } from "./state";
import { type Take, take } from "./take";
import type { Model, Send, View } from "./view";

/** What Python sends of a take; the rest of a state is nothing that a compact card shows. */
export type Compact = Omit<
  State,
  "code" | "message" | "action" | "fail_reason" | "submit_time" | "start_time" | "finish_time" | "data"
>;

export interface Summary {
  words: string;
  left: number | null;
  at: number;
  ticking: boolean;
}

interface News {
  kind?: string;
  changes?: Record<string, Partial<Compact>>;
  summary?: Summary;
}

const whole = (compact: Compact) => ({ code: null, message: "", action: "", data: {}, ...compact }) as unknown as State;

export function grid(model: Model, root: Element, send: Send, soon: () => void): View {
  let summary: Summary = model.get("_summary");
  let came = performance.now();
  const dirty = new Set<number>();
  const states: State[] = [];
  const takes: Take[] = [];
  const line = root.appendChild(document.createElement("p"));
  const cells = root.appendChild(document.createElement("div"));
  const columns = model.get("_columns");
  line.className = "rw-sum";
  cells.className = "rw-grid";
  if (columns) cells.style.gridTemplateColumns = `repeat(${columns},minmax(0,1fr))`;

  function redraw(index: number) {
    dirty.add(index);
    soon();
  }

  function all() {
    model.get("_takes").forEach((compact: Compact, index: number) => {
      states[index] = whole(compact);
      if (takes[index]) takes[index].update(states[index]);
      else {
        cells.append(document.createElement("div"));
        takes[index] = take(
          states[index],
          (ask) => send({ ask, take: index }),
          () => redraw(index),
        );
      }
      dirty.add(index);
    });
  }

  all();
  return {
    events: ["change:_takes", "msg:custom"],
    ticking: () => summary.ticking,
    update(message) {
      const news = message as News | undefined;
      if (news?.kind !== "takes") {
        if (!news?.kind) all();
        return;
      }
      for (const [key, change] of Object.entries(news.changes ?? {})) {
        const index = Number(key);
        if (!takes[index]) continue;
        states[index] = { ...(states[index] as State), ...change };
        takes[index].update(states[index]);
        dirty.add(index);
      }
      summary = news.summary ?? summary;
      came = performance.now();
    },
    paint() {
      const left = summary.left === null ? 0 : summary.left - (performance.now() - came) / 1000;
      line.textContent = left >= 1 ? `${summary.words} · about ${estimate(left)} left` : summary.words;
      for (const index of dirty) draw((takes[index] as Take).card(true), cells.children[index] as Element);
      dirty.clear();
    },
    end() {
      for (const one of takes) one.end();
      for (const cell of cells.children) draw(null, cell);
    },
  };
}
