// What Python sends: the synced traits of RunwayTask and what they consist of, field for field, and nothing else. A Python
// test reads this file and compares it with `_widgets/view.py` and the traits, so each field stands on a line of its own.
// What only the page knows is in ui.ts.

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export type Status =
  | "NOT_START"
  | "SUBMITTED"
  | "QUEUED"
  | "IN_PROGRESS"
  | "SUCCESS"
  | "FAILURE"
  | "CANCELLED"
  | "UNKNOWN";

export type Action = "refresh" | "stop" | "resume" | "cancel" | "save" | "renew";

export interface Output {
  url: string;
  kind: "video" | "image" | "audio" | "file" | "unknown";
}

export interface Instead {
  words: string;
  link: boolean;
  picture: string;
}

/** How a task stands, in words and tones; all but the times. What each field means is said in `_widgets/view.py`. */
export interface Face {
  title: string;
  kind: "video" | "image" | "audio" | "unknown";
  word: string;
  name: string;
  percent: number | null;
  tone: "neutral" | "accent" | "success" | "danger";
  bar: "none" | "indeterminate" | "determinate";
  stage: "dim" | "half" | "grey" | "clear" | "kept";
  warn: boolean;
  note: string;
  link: string;
  expired: string;
  expires: number | null;
  advice: string;
  wrapper: string;
  save: "" | "armed" | "saving" | "saved";
  folder: string;
  picked: boolean;
  frame: string;
  ended: boolean;
  instead: Instead[];
  cancel_question: string;
}

/** Seconds as of the moment of writing; null is not known, and is not shown. */
export interface Clock {
  at: number;
  elapsed: number | null;
  queued: number | null;
  left: number | null;
  heard: number | null;
  retry_in: number | null;
  ticking: boolean;
  quiet_after: number | null;
  version: number;
}

/** What the takes of a grid come to; `left` is in seconds as of the moment of writing. */
export interface Summary {
  words: string;
  left: number | null;
  at: number;
  ticking: boolean;
  number: number;
  cost: string;
}

export interface Fact {
  name: "model" | "size" | "duration" | "seed" | "cost" | "";
  text: string;
}

/** What was asked for. `ratio` is width over height. */
export interface Request {
  prompt: string;
  facts: Fact[];
  ratio: number | null;
  still: string;
}

export interface State {
  task_id: string;
  code: string | null;
  message: string;
  action: string;
  status: Status;
  progress: number;
  fail_reason: string;
  failure_code: string;
  submit_time: number;
  start_time: number;
  finish_time: number;
  cost: number | null;
  cost_is_estimate: boolean;
  picked: boolean;
  data: Record<string, Json>;
  outputs: Output[];
  _face: Face;
  _clock: Clock;
  _request: Request;
  _actions: Action[];
  _version: number;
  _lost: string;
  _twin: string;
}

/** What a card reads of it; the rest is for other readers. */
export type CardState = Omit<
  State,
  | "code"
  | "message"
  | "action"
  | "progress"
  | "fail_reason"
  | "submit_time"
  | "start_time"
  | "finish_time"
  | "cost"
  | "cost_is_estimate"
  | "picked"
  | "_version"
  | "_lost"
  | "_twin"
>;

/** What Python sends of each take of a grid. */
export type Compact = Pick<
  State,
  "task_id" | "status" | "progress" | "failure_code" | "outputs" | "_face" | "_clock" | "_request" | "_actions"
>;
