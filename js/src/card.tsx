// The card: a pure function of what Python says, of what only this page knows, and of the time.

import { Fragment, h } from "preact";
import { Buttons, Confirm, Foot } from "./actions";
import { Data } from "./data";
import { Facts, Note, Notes, Prompt, StatusWord, Time } from "./lines";
import { page } from "./page";
import { Stage, stageRatio } from "./stage";
import type { Frame } from "./ui";

// Hosts look for formulas in what they show; MathJax 2 heeds the one class, MathJax 3 and 4 the other.
const CARD = "rw-card mathjax_ignore tex2jax_ignore";

/** Stage, then words from the title down to the buttons. */
function Full(frame: Frame) {
  const { _face: face, _request: request } = frame.state;
  return (
    <>
      <div class={CARD}>
        {Stage(frame)}
        <div class="rw-body">
          <div class="rw-row rw-spread">
            <b>{face.title}</b>
            {StatusWord(frame)}
          </div>
          <Prompt text={request.prompt} />
          <Facts items={request.facts.map((fact) => fact.text)} />
          {Notes(frame)}
          {Time(frame)}
          {Confirm(frame)}
          {Foot(frame)}
        </div>
      </div>
      {Data(frame)}
    </>
  );
}

/** Among other takes: stage, state, a line of prompt or of what went wrong, and what tells the takes apart. */
function Compact(frame: Frame) {
  const { _face: face, _request: request } = frame.state;
  const seed = request.facts.filter((fact) => fact.name === "seed").map((fact) => fact.text);
  return (
    <div class={CARD}>
      {Stage(frame)}
      <div class="rw-body">
        <div class="rw-row rw-top">
          {StatusWord(frame)}
          {page.after?.star(frame)}
        </div>
        {face.warn || face.tone === "danger" ? (
          Note(frame)
        ) : (
          <p class="rw-line" dir="auto" title={request.prompt}>
            {request.prompt}
          </p>
        )}
        <div class="rw-row rw-spread">
          <Facts items={[...seed, face.save !== "armed" && face.save, frame.expired && face.expired]} />
          {Buttons(frame)}
        </div>
        {Confirm(frame)}
      </div>
    </div>
  );
}

export function card(frame: Frame) {
  const { state, ui, compact } = frame;
  const { task_id: id, status, _face: face } = state;
  return (
    <article
      class="runway-task"
      data-task-id={id}
      data-status={status}
      aria-label={id ? `${face.title}, task ${id.slice(0, 8)}` : face.title}
      style={`--rw-ratio:${stageRatio(state, ui)}`}
    >
      {compact ? Compact(frame) : Full(frame)}
    </article>
  );
}
