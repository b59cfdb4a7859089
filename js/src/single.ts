// The view of one task.

import { announce, silent } from "./announce";
import type { CardState } from "./state";
import { take } from "./take";
import type { Model, Send, View } from "./view";

// The names of the traits that a card reads; the compiler checks that none is missing.
const TRAITS = Object.keys({
  task_id: 0,
  status: 0,
  failure_code: 0,
  data: 0,
  outputs: 0,
  _face: 0,
  _clock: 0,
  _request: 0,
  _actions: 0,
} satisfies Record<keyof CardState, 0>);

export function single(model: Model, send: Send, redraw: () => void): View {
  const read = () => Object.fromEntries(TRAITS.map((name) => [name, model.get(name)])) as unknown as CardState;
  const one = take(read(), (ask, more) => send({ ask, ...more }), redraw);
  let announced = silent;
  return {
    takes: [one],
    events: TRAITS.map((name) => `change:${name}`),
    ticking: () => one.state._clock.ticking,
    late: one.late,
    ended: () => one.state._face.ended,
    missed: (after) => one.silence(after) > 0 || model.get("_version") !== one.state._clock.version,
    update: () => one.update(read()),
    draw: (gone) => one.card("", gone),
    announcement() {
      announced = announce(one.state, announced);
      return announced.text;
    },
    end: one.end,
  };
}
