// The last line: which task this is, and what can be done with it now.

import { Fragment, h } from "preact";
import { Icon, type IconName } from "./icons";
import { Link } from "./link";
import { page } from "./page";
import type { Action, Output } from "./state";
import type { Frame } from "./ui";
import { webUrl } from "./url";

export interface ButtonProps {
  icon?: IconName;
  text?: string;
  title?: string;
  onClick?(event: { currentTarget: HTMLElement }): void;
  "aria-label"?: string;
  "aria-pressed"?: boolean | undefined;
  "aria-disabled"?: boolean;
  "aria-expanded"?: boolean;
}

/** With an icon, or with words. One component, so that a button that becomes another keeps its element and the focus. */
export function Button({ icon, text, ...rest }: ButtonProps) {
  return (
    <button type="button" class={`rw-button ${text ? "rw-text" : ""}`} aria-label={rest.title} {...rest}>
      {icon ? <Icon name={icon} /> : text}
    </button>
  );
}

/** Copies, and says for a moment how that went. */
function Copy({ what, text, title, ui, act }: Frame & { what: "id" | "link"; text: string; title: string }) {
  const copied = ui.copied?.what === what ? ui.copied : null;
  return (
    <>
      <Button
        icon={copied?.ok ? "done" : what === "id" ? "copy" : "link"}
        title={title}
        onClick={(event) => act.copy(what, text, event.currentTarget)}
      />
      {copied && <span class="rw-small">{copied.ok ? "copied" : "could not copy"}</span>}
    </>
  );
}

/** Ways to the outputs. Pictures among others are links themselves. */
function Links(frame: Frame) {
  const { status, outputs, _face: face } = frame.state;
  const opens = ({ url }: Output, i: number) => webUrl(url) && face.instead[i]?.link !== false;
  const usable = status === "SUCCESS" ? outputs.filter(opens) : [];
  const alone = usable.length === 1;
  if (usable.length === 0) return null;
  return (
    <>
      {usable.map(({ url, kind }, i) => {
        const title = alone ? "Open the output" : `Open output ${i + 1}`;
        return alone || kind !== "image" ? (
          <Link key={i} class="rw-button" href={url} title={title} aria-label={title}>
            <Icon name="open" />
          </Link>
        ) : null;
      })}
      <Copy
        {...frame}
        what="link"
        text={usable.map((output) => output.url).join("\n")}
        title={alone ? "Copy the link" : "Copy the links"}
      />
    </>
  );
}

/** Before the end a switch: its name stays, its tooltip says what a press does. After the end a button. */
function Save({ state, act }: Frame) {
  const { save, folder } = state._face;
  const done = state.status === "SUCCESS";
  const name = done ? `Save to ${folder}` : "Save when done";
  if (save === "saving") return <Button icon="save" title="Saving" aria-disabled />;
  if (!state._actions.includes("save")) return null;
  return (
    <Button
      icon="save"
      title={save ? "Do not save" : name}
      aria-label={name}
      aria-pressed={done ? undefined : !!save}
      onClick={() => act.ask("save")}
    />
  );
}

export function Buttons(frame: Frame) {
  const { state, ui, act } = frame;
  const offers = (what: Action) => state._actions.includes(what);
  const button = (what: Action, props: ButtonProps) =>
    offers(what) && <Button {...props} onClick={() => act.ask(what)} />;
  const ended = frame.expired || Object.keys(ui.broken).length > 0;
  return (
    <div class="rw-row rw-actions">
      {!frame.compact && page.after?.star(frame)}
      {Links(frame)}
      {button("refresh", { icon: "refresh", title: "Refresh" })}
      {Save(frame)}
      {button("stop", { icon: "stop", title: "Stop watching (the task goes on)" }) ||
        button("resume", { text: "Resume" })}
      {offers("cancel") && (
        <Button
          icon="cancel"
          title="Cancel the task"
          aria-expanded={ui.confirm}
          onClick={() => act.set({ confirm: !ui.confirm })}
        />
      )}
      {ended && offers("renew") && (
        <Button text="Renew" title="Renew the link" aria-disabled={ui.renewing} onClick={act.renew} />
      )}
    </div>
  );
}

// One function for every drawing: a new one each second would take the focus each second.
const takeFocus = (box: HTMLElement | null) => box?.querySelector<HTMLElement>("button:last-child")?.focus();

/** Cancelling is asked once, in place. The safe answer gets the focus; afterwards the cancel button has it again. */
export function Confirm({ state, ui, act }: Frame) {
  if (!ui.confirm || !state._actions.includes("cancel")) return null;
  const close = ({ currentTarget: from }: { currentTarget: HTMLElement }) => {
    from.closest(".runway-task")?.querySelector<HTMLElement>("[aria-expanded]")?.focus();
    act.set({ confirm: false });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame of its own
    <div
      class="rw-row rw-confirm"
      role="group"
      aria-label={state._face.cancel_question}
      ref={takeFocus}
      onKeyDown={(event) => event.key === "Escape" && close(event)}
    >
      <p>{state._face.cancel_question}</p>
      <Button
        text="Yes, cancel"
        onClick={(event) => {
          act.ask("cancel");
          close(event);
        }}
      />
      <Button text="No" onClick={close} />
    </div>
  );
}

export function Foot(frame: Frame) {
  const id = frame.state.task_id;
  return (
    <div class="rw-row">
      <span class="rw-id" title={id}>
        {id}
      </span>
      {id && <Copy {...frame} what="id" text={id} title="Copy the task id" />}
      {Buttons(frame)}
    </div>
  );
}
