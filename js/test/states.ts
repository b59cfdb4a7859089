// Every state that a card can be in, as Python would send it. The tests read its words, the gallery draws it.

import type { Clock, Compact, Face, Request, State } from "../src/state";

/** When these states were written, in unix seconds. */
export const NOW = 1773366778;
export const ID = "3d957031-9a2a-45e2-9dc7-bc8513059c50";
const FACTS = ["gen4_turbo", "1280:720", "5 s", "seed 421"];
const PROMPT = "The kite lifts above the wheat field, slow dolly, late afternoon light";

export interface Media {
  still: string;
  video: string;
  images: string[];
  portrait: string;
  audio: string;
}

const elsewhere: Media = {
  still: "https://media.example/still.jpg",
  video: "https://media.example/kite.mp4?_jwt=secret",
  images: [1, 2, 3, 4].map((n) => `https://media.example/${n}.jpg?_jwt=secret`),
  portrait: "https://media.example/portrait.mp4",
  audio: "https://media.example/wind.m4a",
};

type Change = Partial<Omit<State, "_face" | "_clock" | "_request">> & {
  _face?: Partial<Face>;
  _clock?: Partial<Clock>;
  _request?: Partial<Request>;
};

/** A task in the queue, changed as told. */
export function state(change: Change = {}, media: Media = elsewhere): State {
  const { _face, _clock, _request, ...rest } = change;
  return {
    task_id: ID,
    code: "success",
    message: "",
    action: "IMAGE_TO_VIDEO",
    status: "QUEUED",
    progress: 0,
    fail_reason: "",
    failure_code: "",
    submit_time: 1773366766,
    start_time: 0,
    finish_time: 0,
    data: { id: ID, status: "PENDING", createdAt: "2026-03-13T09:52:46+08:00" },
    outputs: [],
    _face: {
      title: "Image to video",
      word: "In the queue",
      tone: "neutral",
      bar: "indeterminate",
      stage: "dim",
      warn: false,
      note: "",
      advice: "",
      save: "",
      ..._face,
    },
    _clock: {
      at: NOW,
      elapsed: 12,
      queued: 12,
      left: null,
      heard: 2,
      retry_in: null,
      ticking: true,
      quiet_after: 40,
      ..._clock,
    },
    _request: { prompt: PROMPT, facts: FACTS, ratio: "1280:720", still: media.still, ..._request },
    _actions: ["refresh", "stop"],
    ...rest,
  };
}

const over: Partial<Clock> = { ticking: false, queued: null, heard: null, left: null, quiet_after: null };
const bare: Partial<Request> = { prompt: "", facts: [], ratio: "", still: "" };
const run: Change = { status: "IN_PROGRESS", progress: 0.62, start_time: 1773366780 };
const runFace: Partial<Face> = { word: "Generating 62 %", tone: "accent", bar: "determinate", stage: "half" };
const runClock: Partial<Clock> = { elapsed: 48, queued: null, left: 28 };
const endFace: Partial<Face> = {
  tone: "success",
  bar: "none",
  stage: "clear",
  word: "Done in 1:18",
  note: "link lasts about a day",
};

export function everyState(media: Media = elsewhere) {
  const make = (change: Change) => state(change, media);
  const success = (change: Change): State =>
    make({
      status: "SUCCESS",
      progress: 1,
      _actions: [],
      ...change,
      _face: { ...endFace, ...change._face },
      _clock: { ...over, elapsed: 78 },
    });
  const failure = (change: Change): State =>
    make({
      status: "FAILURE",
      _actions: [],
      ...change,
      _face: { word: "Failed", tone: "danger", bar: "none", stage: "grey", ...change._face },
      _clock: { ...over, elapsed: 62 },
    });
  const halted = (change: Change): State =>
    make({
      _actions: ["resume"],
      ...change,
      _face: { tone: "danger", bar: "none", ...change._face },
      _clock: { ...over, elapsed: 48 },
    });
  const video = (url: string) => [{ url, kind: "video" as const }];

  return {
    starting: make({
      action: "",
      status: "UNKNOWN",
      data: {},
      code: "task_not_exist",
      message: "task_not_exist",
      _request: bare,
      _face: { title: "Runway task", word: "Starting", note: "CometAPI does not show this task yet" },
      _clock: { elapsed: null, queued: null, retry_in: 3 },
    }),
    "just begun": make({
      action: "",
      status: "UNKNOWN",
      data: {},
      code: null,
      _request: bare,
      _face: { title: "Runway task", word: "Starting" },
      _clock: { elapsed: null, queued: null, heard: null },
    }),
    queue: make({}),
    "queue, nothing known of the request": make({ _request: bare }),
    running: make({ ...run, _actions: ["refresh", "stop", "save", "cancel"], _face: runFace, _clock: runClock }),
    "running, no number": make({
      ...run,
      progress: 0,
      _face: { ...runFace, word: "Generating", bar: "indeterminate" },
      _clock: { ...runClock, left: null },
    }),
    retrying: make({
      ...run,
      _face: { ...runFace, warn: true, note: "no answer (502)" },
      _clock: { ...runClock, retry_in: 4, heard: 14 },
    }),
    "kernel silent": make({
      ...run,
      _face: runFace,
      _clock: { ...runClock, quiet_after: 0, at: NOW - 47 },
    }),
    success: success({ outputs: video(media.video) }),
    "success, saved": success({
      outputs: video(media.video),
      _face: { note: "saved to renders/3d957031-9a2a-45e2-9dc7-bc8513059c50-1.mp4" },
      _actions: ["save"],
    }),
    "success, portrait": success({
      outputs: video(media.portrait),
      _request: { still: "", ratio: "720:1280", facts: ["gen4_turbo", "720:1280", "10 s", "seed 9"] },
    }),
    "success, four images": success({
      action: "TEXT_TO_IMAGE",
      _face: { title: "Text to image" },
      outputs: media.images.map((url) => ({ url, kind: "image" as const })),
      _request: { still: "" },
    }),
    "success, two images": success({
      action: "TEXT_TO_IMAGE",
      _face: { title: "Text to image" },
      outputs: media.images.slice(0, 2).map((url) => ({ url, kind: "image" as const })),
      _request: { still: "" },
    }),
    "success, audio": success({
      action: "SOUND_EFFECT",
      _face: { title: "Sound effect" },
      outputs: [{ url: media.audio, kind: "audio" }],
      _request: { still: "", ratio: "", facts: ["seed 3"], prompt: "Wind in dry wheat" },
    }),
    "success, kind unknown": success({ outputs: [{ url: "https://media.example/output?x=1", kind: "unknown" }] }),
    "success, no output": success({ _face: { note: "the service sent no output" } }),
    "success, does not play": success({ outputs: video(media.video.replace(/[^/]*$/, "missing.mp4")) }),
    failure: failure({
      fail_reason: "The output was rejected because text was detected in it.",
      failure_code: "INTERNAL.BAD_OUTPUT.CODE01",
      _face: {
        note: "The output was rejected because text was detected in it.",
        advice:
          "The result did not pass the quality check. Change the input: text or graphics laid over a picture are a common cause.",
      },
    }),
    "failure, from words alone": failure({
      failure_code: "SAFETY.INPUT.TEXT",
      _face: {
        title: "Text to video",
        note: "The prompt was moderated.",
        advice: "The input was moderated. Change the prompt or the picture; the same input will fail again.",
      },
      _request: { still: "" },
    }),
    "failure, long and Chinese": failure({
      failure_code: "INTERNAL",
      code: "upstream_error",
      message: "当前分组上游负载已饱和，请稍后再试 (request id: 20260313015246)",
      _face: {
        note: "任务超时（60分钟）。".repeat(60),
        advice: "A fault at the service. Wait a little and create the same task again.",
      },
      _request: { prompt: "风筝在麦田上空升起，镜头缓慢推进，午后的光线，".repeat(6) },
    }),
    cancelled: make({
      status: "CANCELLED",
      _actions: [],
      _face: { word: "Cancelled", bar: "none", stage: "grey" },
      _clock: { ...over, elapsed: 31 },
    }),
    "key rejected": halted({
      _face: { word: "Key rejected", note: "CometAPI refused the key (401). Set COMETAPI_KEY and press resume." },
    }),
    "not found": halted({
      action: "",
      status: "UNKNOWN",
      data: {},
      _request: bare,
      _face: { title: "Runway task", word: "Not found", note: "wrong id, or another account's key" },
      code: "task_not_exist",
      message: "task_not_exist",
    }),
    stopped: halted({
      ...run,
      _face: { tone: "neutral", stage: "half", word: "Not watching", note: "stopped by you; the task goes on" },
    }),
    "gave up": halted({
      ...run,
      _face: { tone: "neutral", stage: "half", word: "Not watching", note: "no end after 60 min" },
    }),
    "unknown status": make({ status: "UNKNOWN", _face: { word: "Status HIBERNATING" } }),
    "right to left": make({
      ...run,
      _face: runFace,
      _clock: runClock,
      _request: { prompt: "ترتفع الطائرة الورقية فوق حقل القمح 🪁 ببطء، ضوء العصر" },
    }),
    "long id": make({
      task_id: "task_".padEnd(220, "x"),
      _request: { facts: ["a-model-with-a-very-long-name-".repeat(6), "1280:720"] },
    }),
  } satisfies Record<string, State>;
}

/** A grid as Python sends it: these takes, and what they come to. */
export function gridOf(
  takes: State[],
  words: string,
  more: { left?: number; columns?: number; ticking?: boolean } = {},
) {
  const { left = null, columns = null, ticking = true } = more;
  return {
    _takes: takes.map(compact),
    _summary: { words, left, at: NOW, ticking },
    _columns: columns,
  };
}

/** What a grid's traits hold of a task. */
export function compact(state: State): Compact {
  const { task_id, status, progress, failure_code, outputs, _face, _clock, _request, _actions } = state;
  return { task_id, status, progress, failure_code, outputs, _face, _clock, _request, _actions };
}

/** A take whose creation failed: a card without an id, and with nothing to do. */
export function notCreated(): State {
  const { failure } = everyState();
  return {
    ...failure,
    task_id: "",
    failure_code: "",
    _face: { ...failure._face, word: "Not created", note: "no credits left", advice: "" },
    _request: { ...failure._request, still: "" },
  };
}
