// What Python says: the synced traits of RunwayTask, field for field, and nothing else. A Python test reads this file and
// compares it with the traits, so each field stands on a line of its own. State that only the page knows lives in ui.ts.

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

export type Action = "refresh" | "stop" | "resume" | "cancel" | "save";

export interface Output {
  url: string;
  kind: "video" | "image" | "audio" | "unknown";
}

/** How the task stands, in words and tones that the frozen card uses as well. */
export interface Face {
  title: string;
  word: string;
  tone: "neutral" | "accent" | "success" | "danger";
  bar: "none" | "indeterminate" | "determinate";
  stage: "dim" | "half" | "grey" | "clear";
  warn: boolean;
  note: string;
  advice: string;
  save: "" | "armed" | "saving" | "saved";
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
}

/** What was asked for. */
export interface Request {
  prompt: string;
  facts: string[];
  ratio: string;
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
  data: Record<string, Json>;
  outputs: Output[];
  _face: Face;
  _clock: Clock;
  _request: Request;
  _actions: Action[];
}

/** What a card reads of it; the rest is for other readers. */
export type Seen = Omit<State, "action" | "fail_reason" | "submit_time" | "start_time" | "finish_time">;

/** What Python sends of each take of a grid. */
export type Compact = Omit<Seen, "code" | "message" | "data">;
