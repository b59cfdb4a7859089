// The provider's own object, folded away: readable JSON, without signatures, and cut where it would slow the page down.

import { h } from "preact";
import type { Json } from "./state";
import type { Frame } from "./ui";
import { unsigned } from "./url";

const LONG = 2000;
const HUGE = 40000;

const elide = (text: string, limit: number): string =>
  text.length > limit ? `${text.slice(0, limit)}… (${text.length - limit} more characters)` : text;

export function readable(data: Json): string {
  const shown = (_key: string, value: Json) => (typeof value === "string" ? elide(unsigned(value), LONG) : value);
  return elide(JSON.stringify(data, shown, 2), HUGE);
}

export function Data({ state, ui, act }: Frame) {
  if (Object.keys(state.data).length === 0) return null;
  return (
    <details class="rw-data" open={ui.open} onToggle={(event) => act.set({ open: event.currentTarget.open })}>
      <summary>data</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard */}
      {ui.open && <pre tabIndex={0}>{readable(state.data)}</pre>}
    </details>
  );
}
