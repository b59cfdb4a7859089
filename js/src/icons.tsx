// Icons: one stroke each on a 16-unit grid, in the colour of the text. They are never the only sign: a word or a name is beside each.

import { h } from "preact";

const ring = "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z";
const frame = "M2 3h12v10H2z";

const shapes = {
  // the state of the task
  dot: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  done: `${ring}M5 8l2 2 4-4`,
  failed: `${ring}M8 5v4M8 11h0`,
  cancel: `${ring}M4 4l8 8`,
  paused: `${ring}M7 6v4M9 6v4`,
  warn: "M8 2l6 11H2zM8 6v3M8 11h0",
  // actions
  refresh: "M13 8a5 5 0 1 1-1-3l1 1M13 3v3h-3",
  stop: "M4 4h8v8H4z",
  save: "M8 2v8M5 7l3 3 3-3M3 13h10",
  open: "M7 3H3v10h10V9M10 3h3v3M13 3L7 9",
  link: "M7 9a3 3 0 0 0 4 0l2-2a3 3 0 0 0-4-4M9 7a3 3 0 0 0-4 0L3 9a3 3 0 0 0 4 4",
  copy: "M6 6h7v7H6zM3 10V3h7",
  // kinds of output
  video: `${frame}M7 6v4l3-2z`,
  image: `${frame}M2 11l4-3 3 3 2-2 3 2M11 6h0`,
  audio: "M3 7v2M5 5v6M8 3v10M11 5v6M13 7v2",
};

/** One of these, or a path of its own. */
export type IconName = keyof typeof shapes | `M${string}`;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[name as keyof typeof shapes] ?? name} />
    </svg>
  );
}
