// What a screen reader is told. The card changes every second; this speaks when the status changes and at each quarter.

import { percent } from "./format";
import type { Seen } from "./state";

export interface Spoken {
  key: string;
  quarter: number;
  text: string;
}

export const silent: Spoken = { key: "", quarter: 0, text: "" };

/** The next announcement; the same object as long as there is nothing new to say. */
export function announce(state: Seen, last: Spoken): Spoken {
  const { title, word, note, bar, tone } = state._face;
  // "Generating 62 %" is one status with a number in it; the number alone is no news.
  const name = word.replace(/\s*\d+\s*%$/, "");
  const key = `${state.status}|${name}`;
  const quarter = bar === "determinate" ? Math.floor(percent(state.progress) / 25) : 0;
  // A number that falls back and climbs again is not announced twice.
  if (key === last.key && quarter <= last.quarter) return last;
  const told = quarter > 0 ? `${name} ${quarter * 25} %` : word;
  const reason = tone === "danger" && note ? `. ${note}` : "";
  return { key, quarter, text: `${title}: ${told}${reason}` };
}
