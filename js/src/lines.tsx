// The words of the card, from the title down to the time.

import { type ComponentChildren, Fragment, h } from "preact";
import { age } from "./format";
import { Icon, type IconName } from "./icons";
import type { CardState } from "./state";
import { noteLine, silence, timeParts } from "./time";
import type { Frame } from "./ui";

function statusIcon({ status, _face: face }: CardState): IconName {
  if (face.tone === "success") return "done";
  if (face.tone === "danger") return "failed";
  if (status === "CANCELLED") return "cancel";
  return face.bar === "none" ? "paused" : "dot";
}

/** How it stands: an icon and a word, so that colour is never the only sign. */
export function StatusWord({ state, compact }: Frame) {
  return (
    <span class={`rw-row rw-${state._face.tone}`}>
      {compact && <span class="rw-small">{compact}</span>}
      <Icon name={statusIcon(state)} />
      <bdi>{state._face.word}</bdi>
    </span>
  );
}

/** The prompt, two lines of it; one that may be longer unfolds where it stands. */
export function Prompt({ text }: { text: string }) {
  if (text.length > 60)
    return (
      <details class="rw-prompt">
        <summary dir="auto" title="The whole prompt">
          {text}
        </summary>
      </details>
    );
  return text ? (
    <p class="rw-prompt" dir="auto">
      {text}
    </p>
  ) : null;
}

/** Small items in a row with dots between; each stays whole where it fits. */
export function Facts({ items: all }: { items: (string | false)[] }) {
  const items = all.filter(Boolean);
  if (items.length === 0) return null;
  return (
    <p class="rw-small rw-facts">
      {items.flatMap((item, i) => [
        <span key={i}>
          <bdi>{item}</bdi>
          {i < items.length - 1 && " ·"}
        </span>,
        " ",
      ])}
    </p>
  );
}

function Warning({ children }: { children: ComponentChildren }) {
  return (
    <p class="rw-small rw-warn">
      <Icon name="warn" />
      {children}
    </p>
  );
}

/** Until when the links last, or that they have ended; "" where nothing depends on them. */
export const linkLine = ({ state, expired }: Pick<Frame, "state" | "expired">) =>
  expired ? state._face.expired : state._face.link;

/** What went wrong, or where it went. A long reason scrolls: it must be reachable by keyboard. */
export function Note({ state, now }: Frame) {
  const { tone, warn } = state._face;
  const note = noteLine(state, now);
  const reason = tone === "danger";
  if (!note) return null;
  if (warn) return <Warning>{note}</Warning>;
  return (
    <p class={reason ? "rw-reason" : "rw-small"} dir="auto" tabIndex={reason && note.length > 200 ? 0 : undefined}>
      {note}
    </p>
  );
}

/** That, and what to do about it. */
export function Notes(frame: Frame) {
  const { state, now } = frame;
  const quiet = silence(state, now);
  return (
    <>
      {quiet > 0 && <Warning>no word from the kernel for {age(quiet)}</Warning>}
      {Note(frame)}
      {[linkLine(frame), state._face.advice, state._face.wrapper].map(
        (text) =>
          text && (
            <p key={text} class="rw-small" dir="auto">
              {text}
            </p>
          ),
      )}
    </>
  );
}

/** The times, and beside them the code of a failure. */
export function Time({ state, now }: Frame) {
  return <Facts items={[...timeParts(state, now), state.failure_code]} />;
}
