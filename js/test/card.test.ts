// What each state says: one row of the table of states each.

import { expect, test } from "vitest";
import { fakeTime, mount } from "./mount";
import { everyState, ID, NOW, state } from "./states";

fakeTime();

const states = everyState();
const FACTS = "gen4_turbo · 1280:720 · 5 s · seed 421";
const PROMPT = "The kite lifts above the wheat field, slow dolly, late afternoon light";
const SHOWN: Partial<Record<keyof typeof states, string>> = {
  starting: `Runway task Starting CometAPI does not show this task yet; asking again in 3 s heard 2 s ago ${ID}`,
  "just begun": `Runway task Starting ${ID}`,
  queue: `Image to video In the queue ${PROMPT} ${FACTS} 0:12 in the queue · heard 2 s ago ${ID}`,
  "queue, nothing known of the request": `Image to video In the queue 0:12 in the queue · heard 2 s ago ${ID}`,
  running: `Image to video Generating 62 % ${PROMPT} ${FACTS} 0:48 · about 0:30 left · heard 2 s ago ${ID}`,
  "running, with its cost": `Image to video Generating 62 % ${PROMPT} ${FACTS} · up to 25 credits 0:48 · about 0:30 left · heard 2 s ago ${ID}`,
  "running, no number": `Image to video Generating ${PROMPT} ${FACTS} 0:48 · heard 2 s ago ${ID}`,
  retrying: `Image to video Generating 62 % ${PROMPT} ${FACTS} no answer (502); trying again in 4 s 0:48 · about 0:30 left · heard 14 s ago ${ID}`,
  success: `Image to video Done in 1:18 ${PROMPT} ${FACTS} link until about 14 Mar ${ID}`,
  "success, with its cost": `Image to video Done in 1:18 ${PROMPT} ${FACTS} · 25 credits link until about 14 Mar ${ID}`,
  "success, no output": `No output Image to video Done in 1:18 ${PROMPT} ${FACTS} the service sent no output ${ID}`,
  failure: `Image to video Failed ${PROMPT} ${FACTS} The output was rejected because text was detected in it. The result did not pass the quality check. Change the input: text or graphics laid over a picture are a common cause. after 1:02 · INTERNAL.BAD_OUTPUT.CODE01 ${ID}`,
  cancelled: `Image to video Cancelled ${PROMPT} ${FACTS} after 0:31 ${ID}`,
  "key rejected": `Image to video Key rejected ${PROMPT} ${FACTS} CometAPI refused the key (401). Set COMETAPI_KEY and press resume. after 0:48 ${ID} Resume`,
  "no connection": `Image to video No connection ${PROMPT} ${FACTS} the certificate of api.cometapi.com is not trusted: set REQUESTS_CA_BUNDLE to a PEM file that holds your network's certificate authority. Then press resume. after 0:48 ${ID} Resume`,
  "not found": `Runway task Not found wrong id, or another account's key after 0:48 ${ID} Resume`,
  stopped: `Image to video Not watching ${PROMPT} ${FACTS} stopped by you; the task goes on after 0:48 ${ID} Resume`,
  "gave up": `Image to video Not watching ${PROMPT} ${FACTS} no end after 60 min after 0:48 ${ID} Resume`,
};

test.each(Object.entries(SHOWN))("a card that is %s says so", (name, words) => {
  // Blocks follow each other without a space between; a reader sees the break.
  const card = mount(states[name as keyof typeof states]);
  expect(card.words().replaceAll(" ", "")).toBe(words.replaceAll(" ", ""));
});

test("a silent kernel is told from a slow service", () => {
  const card = mount(state({ _clock: { ...states.running._clock, at: NOW - 47, quiet_after: 40 } }));
  expect(card.words()).toContain("no word from the kernel for 47 s");
  expect(card.words()).not.toContain("heard");
});

test("every state can be read by its attributes, full and live", () => {
  for (const each of Object.values(states)) {
    const root = mount(each).el.querySelector(".runway-task");
    expect(root?.getAttribute("data-task-id")).toBe(each.task_id);
    expect(root?.getAttribute("data-status")).toBe(each.status);
    expect(root?.getAttribute("aria-label")).toContain(each._face.title);
  }
});

test("no state shows a number that is not known", () => {
  for (const each of Object.values(states)) {
    const { el } = mount(each);
    expect(el.textContent).not.toMatch(/NaN|undefined|null|Infinity|\[object|-\d+:\d/);
  }
});

test("the bar has a value only where the progress is known", () => {
  const bar = (name: keyof typeof states) => mount(states[name]).el.querySelector("[role=progressbar]");
  expect(bar("running")?.getAttribute("aria-valuenow")).toBe("62");
  expect(bar("queue")?.hasAttribute("aria-valuenow")).toBe(false);
  expect(bar("queue")?.getAttribute("aria-label")).toBeTruthy();
  expect(bar("success")).toBeNull();
  expect(bar("failure")).toBeNull();
});

test("only the actions that are offered have a button, each with a name and a tooltip", () => {
  const { el } = mount(states.running);
  const buttons = [...el.querySelectorAll("button")];
  expect(buttons.map((button) => button.title)).toEqual([
    "Copy the task id",
    "Refresh",
    "Save when done",
    "Stop watching (the task goes on)",
    "Cancel the task",
  ]);
  for (const button of buttons) expect(button.getAttribute("aria-label")).toBe(button.title);
  expect(mount(states.cancelled).el.querySelectorAll("button")).toHaveLength(1);
});

test("the picture's box has the asked shape before and after the end, so that nothing jumps", () => {
  const ratio = (name: keyof typeof states) =>
    (mount(states[name]).el.querySelector(".runway-task") as HTMLElement).style.getPropertyValue("--rw-ratio");
  expect(ratio("queue")).toBe(ratio("success"));
  expect(ratio("success, four images")).toBe(ratio("success"));
  expect(Number(ratio("success, portrait"))).toBeCloseTo(9 / 16);
});

test("a finished video plays in place, muted, in a loop, and does not start by itself", () => {
  const video = mount(states.success).el.querySelector("video");
  expect(video).toMatchObject({ controls: true, muted: true, loop: true, preload: "metadata", autoplay: false });
  expect(video?.hasAttribute("playsinline")).toBe(true);
  expect(video?.getAttribute("src")).toBe("https://media.example/dusk.mp4?_jwt=secret");
});

test("several pictures share the stage, and each opens by itself", () => {
  const { el } = mount(states["success, four images"]);
  const links = [...el.querySelectorAll("a")].map((a) => [a.target, a.rel, a.querySelector("img") !== null]);
  expect(links).toEqual(Array(4).fill(["_blank", "noopener noreferrer", true]));
});

test("sound has a player, and what is neither picture nor sound a link", () => {
  expect(mount(states["success, audio"]).el.querySelector("audio")).toBeTruthy();
  expect(mount(states["success, kind unknown"]).words()).toContain("open on media.example");
});

test("what the wrapper says more comes after the advice", () => {
  const { words } = mount(states["failure, long and Chinese"]);
  const { advice, wrapper } = states["failure, long and Chinese"]._face;
  expect(wrapper).toContain("upstream_error: ");
  expect(words()).toContain(`${advice}${wrapper}`);
});

test("each standing has a sign of its own, so that colour is never the only one", () => {
  const sign = (name: keyof typeof states) =>
    mount(states[name]).el.querySelector(".rw-spread .rw-row svg path")?.getAttribute("d");
  const signs = (["running", "success", "failure", "cancelled", "stopped"] as const).map(sign);
  expect(signs.every(Boolean)).toBe(true);
  expect(new Set(signs).size).toBe(5);
  expect(sign("queue")).toBe(sign("running"));
});

test("a long reason scrolls, and can be reached by keyboard; a short one is no stop on the way", () => {
  const reason = (name: keyof typeof states) => mount(states[name]).el.querySelector(".rw-reason");
  expect(reason("failure, long and Chinese")?.getAttribute("tabindex")).toBe("0");
  expect(reason("failure")?.hasAttribute("tabindex")).toBe(false);
});

test("a medium is named by its prompt, and without one by what made it", () => {
  const name = (change: Parameters<typeof state>[0], from: "success" | "success, audio" | "success, four images") => {
    const { el } = mount(state(change, from));
    const medium = el.querySelector(".rw-stage video, .rw-stage audio, .rw-stage img");
    return medium?.getAttribute("aria-label") ?? medium?.getAttribute("alt");
  };
  expect(name({}, "success")).toBe(PROMPT);
  expect(name({}, "success, audio")).toBe("Wind in dry wheat");
  expect(name({}, "success, four images")).toBe(PROMPT);
  expect(name({ _request: { prompt: "" } }, "success")).toBe("Output of Image to video");
});

test("links to outputs stand on a card only when the task has succeeded", () => {
  const { outputs } = states.success;
  expect(mount(state({ outputs }, "running")).el.querySelectorAll("a")).toHaveLength(0);
  expect(mount(states.success).el.querySelectorAll("a.rw-button")).toHaveLength(1);
});

test("a long prompt unfolds; a short one is plain text; each runs in its own direction", () => {
  const prompt = (text: string) => mount(state({ _request: { prompt: text } })).el.querySelector(".rw-prompt");
  expect(prompt("short")?.tagName).toBe("P");
  expect(prompt("long ".repeat(30))?.tagName).toBe("DETAILS");
  expect(prompt("ترتفع الطائرة")?.getAttribute("dir")).toBe("auto");
});
