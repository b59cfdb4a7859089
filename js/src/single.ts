// The view of one task.

import { render as draw } from "preact";
import type { State } from "./state";
import { take } from "./take";
import type { Model, Send, View } from "./view";

// Every trait, by name; the compiler sees to it that none is missing.
const TRAITS = Object.keys({
  task_id: 0,
  code: 0,
  message: 0,
  action: 0,
  status: 0,
  progress: 0,
  fail_reason: 0,
  failure_code: 0,
  submit_time: 0,
  start_time: 0,
  finish_time: 0,
  data: 0,
  outputs: 0,
  _face: 0,
  _clock: 0,
  _request: 0,
  _actions: 0,
} satisfies Record<keyof State, 0>) as (keyof State)[];

export function single(model: Model, root: Element, send: Send, soon: () => void): View {
  const read = () => Object.fromEntries(TRAITS.map((name) => [name, model.get(name)])) as unknown as State;
  const one = take(read(), (ask) => send({ ask }), soon);
  return {
    events: TRAITS.map((name) => `change:${name}`),
    ticking: () => one.ticking,
    update: () => one.update(read()),
    paint: () => draw(one.card(), root),
    end: one.end,
  };
}
