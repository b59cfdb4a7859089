// What lies over a finished film on a card: a button without a picture of its own, which opens it large. The view's `look` hears it.

import { h } from "preact";
import { Icon } from "../icons";
import type { Frame } from "../ui";
import { shapes } from "./shapes";

export const COVER = "rw-cover";

export const cover = ({ compact }: Pick<Frame, "compact">) => (
  <button
    type="button"
    class={COVER}
    title="Look closer (Enter)"
    aria-label={`Look closer ${compact && `at ${compact}`}`.trim()}
  >
    <Icon name={shapes.large} />
  </button>
);
