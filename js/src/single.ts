// The view of one task.

import { announce, silent } from "./announce";
import type { Seen } from "./state";
import { take } from "./take";
import type { Model, Send, View } from "./view";

// By name; the compiler sees to it that none is missing.
const TRAITS = Object.keys({
  task_id: 0,
  code: 0,
  message: 0,
  status: 0,
  progress: 0,
  failure_code: 0,
  data: 0,
  outputs: 0,
  _face: 0,
  _clock: 0,
  _request: 0,
  _actions: 0,
} satisfies Record<keyof Seen, 0>);

export function single(model: Model, send: Send, redraw: () => void): View {
  const read = () => Object.fromEntries(TRAITS.map((name) => [name, model.get(name)])) as unknown as Seen;
  const one = take(read(), (ask) => send({ ask }), redraw);
  let told = silent;
  return {
    events: TRAITS.map((name) => `change:${name}`),
    ticking: () => one.state._clock.ticking,
    ended: () => /SUCC|FAIL|CANC/.test(one.state.status),
    update: () => one.update(read()),
    drawing: () => one.card(),
    spoken() {
      told = announce(one.state, told);
      return told.text;
    },
    end: one.end,
  };
}
