// Every state that a card and a grid can be in, as Python sends it: fixtures/*.json are written by
// `python -m tests.front_end_fixtures`, and a Python test compares them with what Python sends today.

import type { Clock, Compact, Face, Request, State, Summary } from "../src/state";
import grids from "./fixtures/grids.json";
import states from "./fixtures/states.json";

/** When these states were written, in unix seconds. */
export const NOW = 1773366778;
export const ID = states.queue.task_id;
/** Where the fixtures' media are. */
const MEDIA = "https://media.example/";

export type Name = keyof typeof states;

export interface Grid {
  _takes: Compact[];
  _summary: Summary;
  _least: string;
  _lost: string;
}

/** A copy for each caller, because the page remembers when a clock object came; with the media at `base`. */
const copy = (fixtures: object, base: string) => JSON.parse(JSON.stringify(fixtures).replaceAll(MEDIA, base));

export const everyState = (base = MEDIA): Record<Name, State> => copy(states, base);
export const everyGrid = (base = MEDIA): Record<keyof typeof grids, Grid> => copy(grids, base);

type Change = Partial<Omit<State, "_face" | "_clock" | "_request">> & {
  _face?: Partial<Face>;
  _clock?: Partial<Clock>;
  _request?: Partial<Request>;
};

/** One of these states (a task in the queue unless named) with some fields changed. */
export function state({ _face, _clock, _request, ...change }: Change = {}, name: Name = "queue"): State {
  const from = everyState()[name];
  return {
    ...from,
    ...change,
    _face: { ...from._face, ..._face },
    _clock: { ...from._clock, ..._clock },
    _request: { ...from._request, ..._request },
  };
}

/** What a message about a grid holds of a whole task. */
export function compact(state: State): Compact {
  const { task_id, status, progress, failure_code, outputs, _face, _clock, _request, _actions } = state;
  return { task_id, status, progress, failure_code, outputs, _face, _clock, _request, _actions };
}
