// What a screen reader is told. The card changes every second; this changes with the standing and at each quarter.

import type { CardState } from "./state";

export interface Announcement {
  name: string;
  quarter: number;
  text: string;
}

export const silent: Announcement = { name: "", quarter: 0, text: "" };

/** The next announcement; the same object as long as there is nothing new to say. */
export function announce({ _face: face }: CardState, last: Announcement): Announcement {
  const { name } = face;
  const quarter = Math.floor((face.percent ?? 0) / 25);
  // A number that falls back and climbs again is not announced twice.
  if (name === last.name && quarter <= last.quarter) return last;
  const standing = quarter > 0 ? `${name} ${quarter * 25} %` : face.word;
  const reason = face.tone === "danger" && face.note ? `. ${face.note}` : "";
  return { name, quarter, text: `${face.title}: ${standing}${reason}` };
}
