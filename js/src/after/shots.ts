// What there is to look at: the finished outputs of a view's takes, those that are pictures or films.

import type { CardState } from "../state";
import type { Take } from "../take";

/** Output number `output` of take number `take`. */
export interface Shot {
  take: number;
  output: number;
}

export const same = (one?: Shot | null, other?: Shot | null): boolean =>
  !!one && one.take === other?.take && one.output === other.output;

/** Whether an output can be looked at, now or with a new link. */
const isShot = ({ status, outputs, _face: face }: CardState, output: number): boolean =>
  status === "SUCCESS" && /^(video|image)$/.test(outputs[output]?.kind ?? "") && !face.instead[output]?.words;

export const shots = (takes: Take[]): Shot[] =>
  takes.flatMap(({ state }, take) =>
    state.outputs.map((_, output) => ({ take, output })).filter(({ output }) => isShot(state, output)),
  );

/** The shot `by` places further on, round the end. */
export function further(all: Shot[], from: Shot, by: number): Shot {
  const at = all.findIndex((each) => same(each, from));
  return all[(at + by + all.length) % all.length] ?? from;
}
