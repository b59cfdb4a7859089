// The star: which takes are picked, in the notebook and in the journal.

import { h } from "preact";
import { Button } from "../actions";
import { Icon } from "../icons";
import type { Frame } from "../ui";

export const STAR = "M8 2.2L9.6 6.3L14 6.6L10.6 9.3L11.7 13.6L8 11.2L4.3 13.6L5.4 9.3L2 6.6L6.4 6.3z";

/** The key that presses it, on a card that has the focus and in the viewer. */
export const PICK = "p";

/** A switch: its name stays, its tooltip says what a press does. Without a kernel it is a sign. */
export function star({ state, act, gone }: Pick<Frame, "state" | "act" | "gone">) {
  const { picked } = state._face;
  if (gone)
    return picked ? (
      <span class="rw-button" role="img" aria-label="Star">
        <Icon name={STAR} />
      </span>
    ) : null;
  return state.status === "SUCCESS" || picked ? (
    <Button
      icon={STAR}
      title={`${picked ? "Take the star away" : "Give it a star"} (${PICK})`}
      aria-label="Star"
      aria-pressed={picked}
      onClick={() => act.ask("pick")}
    />
  ) : null;
}
