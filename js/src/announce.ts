// What a screen reader is told. The card changes every second; this speaks when the status changes and at each quarter.

import type { CardState } from "./state";

export interface Announcement {
  key: string;
  quarter: number;
  text: string;
}

export const silent: Announcement = { key: "", quarter: 0, text: "" };

/** The next announcement; the same object as long as there is nothing new to say. */
export function announce({ status, _face: face }: CardState, last: Announcement): Announcement {
  const key = `${status}|${face.name}`;
  const quarter = Math.floor((face.percent ?? 0) / 25);
  // A number that falls back and climbs again is not announced twice.
  if (key === last.key && quarter <= last.quarter) return last;
  const standing = quarter > 0 ? `${face.name} ${quarter * 25} %` : face.word;
  const reason = face.tone === "danger" && face.note ? `. ${face.note}` : "";
  return { key, quarter, text: `${face.title}: ${standing}${reason}` };
}
