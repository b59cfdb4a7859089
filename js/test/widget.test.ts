// How the card lives: messages in, messages out, time, and the end.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Face } from "../src/state";
import { FakeModel } from "./model";
import { clear, drawn, mount } from "./mount";
import { everyState, ID, NOW, state } from "./states";

const states = everyState();
const running = states.running;
const clock = (change = {}) => ({ ...running._clock, at: Date.now() / 1000, ...change });

beforeEach(() => void vi.useFakeTimers({ now: NOW * 1000 }));
afterEach(() => {
  clear();
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

describe("what the card sends", () => {
  test("a new view asks once for the present time, and writes no trait ever", async () => {
    const { model, button, update } = mount(running);
    expect(model.sent).toEqual([{ ask: "sync" }]);
    button("Refresh").click();
    await update({ status: "SUCCESS" });
    expect(model.written).toEqual([]);
  });

  test.each([
    ["Refresh", "refresh", states.running],
    ["Stop watching (the task goes on)", "stop", states.running],
    ["Save when done", "save", states.running],
    ["Resume", "resume", states.stopped],
  ])("%s sends %s", (name, ask, from) => {
    const { model, button } = mount(from);
    button(name).click();
    expect(model.sent.slice(1)).toEqual([{ ask }]);
  });

  test("where there is no kernel to ask, the card still stands", () => {
    const model = new FakeModel(running);
    model.send = () => {
      throw new Error("the comm is closed");
    };
    const { words, button } = mount(running, model);
    button("Refresh").click();
    expect(words()).toContain("Generating 62 %");
  });

  test("saving is a switch: its name stays, and the kernel says how it stands", async () => {
    const { button, update, model } = mount(running);
    const save = () => [button("Save when done").title, button("Save when done").getAttribute("aria-pressed")];
    expect(save()).toEqual(["Save when done", "false"]);
    button("Save when done").click();
    await drawn();
    expect(save()).toEqual(["Save when done", "false"]);
    await update({ _face: { ...running._face, save: "armed" } });
    expect(save()).toEqual(["Do not save", "true"]);
    button("Save when done").click();
    expect(model.sent.slice(1)).toEqual([{ ask: "save" }, { ask: "save" }]);
  });

  test("the button names the folder that it saves to", () => {
    const { button } = mount(state({ _face: { folder: "out/kites/" } }, "success"));
    expect(button("Save to out/kites/").title).toBe("Save to out/kites/");
  });

  test("while it saves, there is nothing to press, and after the end no switch", async () => {
    const { button, update, model, el } = mount(states.success);
    expect(button("Save to renders/").hasAttribute("aria-pressed")).toBe(false);
    await update({ _actions: [], _face: { ...states.success._face, save: "saving" } });
    expect(button("Saving").getAttribute("aria-disabled")).toBe("true");
    button("Saving").click();
    expect(model.sent).toHaveLength(1);
    await update({ _face: { ...states.success._face, save: "saved" } });
    expect(el.querySelector("[aria-label^=Sav]")).toBeNull();
  });
});

describe("cancelling", () => {
  test("is asked once, in place, with the focus on the safe answer", async () => {
    const { model, button, words } = mount(running);
    button("Cancel the task").click();
    await drawn();
    expect(words()).toContain("Cancel the task? A result that finishes this instant is lost.");
    expect(document.activeElement?.textContent).toBe("No");
    expect(model.sent).toHaveLength(1);
    button("Yes, cancel").click();
    await drawn();
    expect(model.sent.at(-1)).toEqual({ ask: "cancel" });
    expect(words()).not.toContain("is lost");
  });

  test("is forgotten by No, and by Escape, and the focus goes back", async () => {
    const { model, el, button, words } = mount(running);
    for (const no of [() => button("No").click(), () => pressEscape(el)]) {
      button("Cancel the task").click();
      await drawn();
      no();
      await drawn();
      expect(words()).not.toContain("is lost");
      expect(document.activeElement?.getAttribute("aria-label")).toBe("Cancel the task");
    }
    expect(model.sent).toHaveLength(1);
  });

  test("does not take the focus again with each second", async () => {
    const { button } = mount(running);
    button("Cancel the task").click();
    await drawn();
    button("Yes, cancel").focus();
    await pass(3);
    expect(document.activeElement?.textContent).toBe("Yes, cancel");
  });

  test("says while it is open that it is, and closes when there is nothing to cancel any more", async () => {
    const { button, words, update } = mount(running);
    const expanded = () => button("Cancel the task").getAttribute("aria-expanded");
    expect(expanded()).toBe("false");
    button("Cancel the task").click();
    await drawn();
    expect(expanded()).toBe("true");
    await update({ _actions: ["refresh", "stop"] });
    expect(words()).not.toContain("is lost");
  });

  const pressEscape = (el: HTMLElement) =>
    el.querySelector("[role=group]")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
});

describe("time", () => {
  test("ticks on in the page between messages", async () => {
    const { words } = mount(running);
    expect(words()).toContain("0:48 · about 0:30 left · heard 2 s ago");
    await pass(12);
    expect(words()).toContain("1:00 · about 0:20 left · heard 14 s ago");
  });

  test("the countdown to the next try ends at now", async () => {
    const { words } = mount(states.retrying);
    expect(words()).toContain("trying again in 4 s");
    await pass(3);
    expect(words()).toContain("trying again in 1 s");
    await pass(10);
    expect(words()).toContain("trying again now");
  });

  test("a message starts the counting anew", async () => {
    const { words, update } = mount(running);
    await pass(5);
    await update({ _clock: clock({ elapsed: 54, heard: 0 }) });
    expect(words()).toContain("0:54");
    expect(words()).toContain("heard 0 s ago");
  });

  test("two views of one card show the same, also when one came later", async () => {
    const model = new FakeModel(running);
    const first = mount(running, model);
    await pass(7);
    const second = mount(running, model);
    expect(second.words()).toBe(first.words());
    expect(second.words()).toContain("0:55");
  });

  test("a page reloaded in mid-run shows the present state before the kernel answers", () => {
    const { words } = mount(state({ ...running, _clock: clock({ at: NOW - 25 }) }));
    expect(words()).toContain("1:13");
  });

  test("a kernel that sends nothing for too long is noticed, until its next message", async () => {
    const { words, update } = mount(running);
    await pass(40);
    expect(words()).not.toContain("no word");
    await pass(5);
    expect(words()).toContain("no word from the kernel for 45 s");
    await update({ _clock: clock() });
    expect(words()).not.toContain("no word");
  });

  test("any message of a kernel that was silent ends its silence, also one without a time", async () => {
    const { words, update } = mount(running);
    await pass(45);
    await update({ failure_code: "" });
    expect(words()).not.toContain("no word");
    expect(words()).toContain("heard 47 s ago");
  });

  test("an estimate that has run out is not shown", async () => {
    const { words } = mount(running);
    await pass(28);
    expect(words()).not.toContain("left");
  });

  test("stands still once the watch is over", async () => {
    const { words } = mount(states.stopped);
    const before = words();
    await pass(60);
    expect(words()).toBe(before);
  });
});

describe("the page is left in peace", () => {
  test("ten cards share one timer, and none is left when nothing ticks", async () => {
    const cards = Array.from({ length: 10 }, () => mount(running));
    expect(vi.getTimerCount()).toBe(1);
    for (const card of cards) await card.update({ ...states.success });
    mount(states.failure);
    await pass(3); // each asks once for its frozen self
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a card that ends leaves the others their timer", async () => {
    const [first, second] = [mount(running), mount(running)];
    await first.update({ ...states.cancelled });
    await pass(5);
    expect(second.words()).toContain("0:53");
  });

  test("the page is touched only where a text changed", async () => {
    const { el } = mount(running);
    const seen: MutationRecord[] = [];
    new MutationObserver((records) => seen.push(...records)).observe(el, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    await pass(1);
    expect(seen.map((record) => record.target.textContent)).toEqual(["0:49", "heard 3 s ago"]);
  });

  test("a message that changes ten traits is drawn once", async () => {
    let reads = 0;
    /** Every drawing reads the advice as often as the first one does. */
    const counted = (face: Face): Face => ({
      ...face,
      get advice() {
        reads += 1;
        return face.advice;
      },
    });
    const model = new FakeModel({ ...running, _face: counted(running._face) });
    const { el } = mount(running, model);
    const once = reads;
    const before = el.innerHTML;
    model.update({ ...states.success, _face: counted(states.success._face) });
    expect(el.innerHTML, "nothing is drawn before all of the message is there").toBe(before);
    await drawn();
    expect(el.innerHTML).not.toBe(before);
    expect(reads).toBe(2 * once);
  });

  test("a card that left the page rests, and wakes with the next message", async () => {
    const { el, update } = mount(running);
    el.remove();
    await pass(2);
    expect(vi.getTimerCount()).toBe(0);
    document.body.append(el);
    await update({ _clock: clock({ elapsed: 60 }) });
    expect(vi.getTimerCount()).toBe(1);
  });

  test("a card that was taken off the page and comes back wakes when it is seen", async () => {
    const observers: { seen: () => void; targets: Element[] }[] = [];
    vi.stubGlobal(
      "IntersectionObserver",
      class {
        targets: Element[] = [];
        constructor(readonly seen: () => void) {
          observers.push(this);
        }
        observe = (target: Element) => void this.targets.push(target);
        disconnect = () => void this.targets.splice(0);
      },
    );
    const { el, words, cleanup } = mount(running);
    const [observer] = observers;
    expect(observer?.targets).toEqual([el.firstChild]);
    el.remove();
    await pass(2);
    document.body.append(el);
    observer?.seen();
    await pass(3);
    expect(words()).toContain("0:53");
    cleanup();
    expect(observer?.targets).toEqual([]);
    vi.unstubAllGlobals();
  });

  test("a message that comes just before the cleanup draws nothing and starts no timer", async () => {
    const { model, cleanup } = mount(states.stopped);
    model.update({ ...running });
    cleanup();
    await pass(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a finished card that is taken off the page does not ask for anything later", async () => {
    const { model, cleanup } = mount(states.success);
    cleanup();
    expect(vi.getTimerCount()).toBe(0);
    await pass(5);
    expect(model.sent).toEqual([{ ask: "sync" }]);
  });

  test.each(["the cleanup function", "the host's signal"])("%s leaves no listener, timer or element", async (by) => {
    const gone = new AbortController();
    const { model, el, cleanup, button } = mount(running, new FakeModel(running), gone.signal);
    button("Copy the task id").click();
    await drawn();
    expect(model.listening()).toBeGreaterThan(5);
    if (by === "the cleanup function") cleanup();
    else gone.abort();
    expect(model.listening()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(el.childNodes).toHaveLength(0);
    model.update({ _clock: clock() });
    await pass(2);
    expect(el.childNodes).toHaveLength(0);
  });
});

describe("the live region", () => {
  test("speaks of changes of status and of quarters, not of seconds", async () => {
    const { spoken, update } = mount(running);
    expect(spoken()).toBe("Image to video: Generating 50 %");
    const before = spoken();
    await pass(20);
    await update({ _face: { ...running._face, word: "Generating 70 %", percent: 70 } });
    expect(spoken()).toBe(before);
    await update({ _face: { ...running._face, word: "Generating 76 %", percent: 76 } });
    expect(spoken()).toBe("Image to video: Generating 75 %");
    await update({ ...states.success });
    expect(spoken()).toBe("Image to video: Done in 1:18");
  });

  test("is polite, and there before it has anything new to say", () => {
    expect(mount(states.queue).el.querySelector("[role=status]")).toBeTruthy();
  });
});

describe("an output that does not load", () => {
  const fail = async (el: HTMLElement) => {
    el.querySelector("video")?.dispatchEvent(new Event("error"));
    await drawn();
  };

  test("a fresh link is asked for once, and played when it comes", async () => {
    const { model, el, words, update } = mount(states.success);
    await fail(el);
    expect(words()).toContain("asking for a fresh link");
    expect(model.sent.slice(1)).toEqual([{ ask: "renew" }]);
    await update({ outputs: [{ url: "https://media.example/dusk.mp4?_jwt=fresh", kind: "video" }] });
    await pass(10);
    expect(el.querySelector("video")?.getAttribute("src")).toContain("fresh");
    await fail(el);
    expect(words()).toContain("cannot play here");
    expect(words()).toContain("open on media.example");
    expect(model.sent.filter((message) => JSON.stringify(message).includes("renew"))).toHaveLength(1);
  });

  test("where no answer comes, the card says so and links", async () => {
    const { el, words } = mount(states.success);
    await fail(el);
    await pass(10);
    expect(words()).toContain("cannot play here");
  });

  test("a message that brings no new link does not start it over", async () => {
    const { el, words, update } = mount(states.success);
    await fail(el);
    await update({ outputs: states.success.outputs.map((output) => ({ ...output })) });
    expect(words()).toContain("asking for a fresh link");
  });

  test("a still that does not load leaves a calm placeholder, and is not the video's poster either", async () => {
    const { el, update } = mount(states.queue);
    el.querySelector("img")?.dispatchEvent(new Event("error"));
    await drawn();
    expect(el.querySelector("img")).toBeNull();
    expect(el.querySelector(".rw-tile")).toBeTruthy();
    await update({ ...states.success });
    expect(el.querySelector("video")?.hasAttribute("poster")).toBe(false);
    expect(mount(states.success).el.querySelector("video")?.getAttribute("poster")).toContain("dusk.jpg");
  });
});

describe("copying", () => {
  const clipboard = (writeText?: (text: string) => Promise<void>) =>
    vi.stubGlobal("navigator", { ...navigator, clipboard: writeText && { writeText } });
  afterEach(() => vi.unstubAllGlobals());

  test("puts the whole id on the clipboard and says so for a moment", async () => {
    const write = vi.fn(() => Promise.resolve());
    clipboard(write);
    const { button, words } = mount(states.queue);
    button("Copy the task id").click();
    await pass(0);
    expect(write).toHaveBeenCalledWith(ID);
    expect(words()).toContain("copied");
    await pass(2);
    expect(words()).not.toContain("copied");
  });

  test("says it for the whole moment, also where something else was copied just before", async () => {
    clipboard(() => Promise.resolve());
    const { button, words } = mount(states.success);
    button("Copy the task id").click();
    await pass(1);
    button("Copy the link").click();
    await pass(1);
    expect(words()).toContain("copied");
    await pass(1);
    expect(words()).not.toContain("copied");
  });

  test("puts the links of several outputs on lines of their own", async () => {
    const write = vi.fn((_: string) => Promise.resolve());
    clipboard(write);
    const card = mount(states["success, two images"]);
    card.button("Copy the links").click();
    await pass(0);
    expect(write.mock.calls[0]?.[0].split("\n")).toEqual(
      states["success, two images"].outputs.map((output) => output.url),
    );
  });

  test("works without a clipboard, by way of a selection, and gives the focus back", async () => {
    clipboard();
    let copied = "";
    document.execCommand = () => {
      const field = document.querySelector("textarea") as HTMLTextAreaElement;
      field.focus(); // as selecting it does in a browser
      copied = field.value;
      return true;
    };
    const { button, words, el } = mount(states.success);
    button("Copy the link").focus();
    button("Copy the link").click();
    await pass(0);
    expect(copied).toBe("https://media.example/dusk.mp4?_jwt=secret");
    expect(words()).toContain("copied");
    expect(el.querySelector("textarea")).toBeNull();
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Copy the link");
  });

  test("admits it where nothing works", async () => {
    clipboard(() => Promise.reject(new Error("denied")));
    document.execCommand = () => false;
    const { button, words } = mount(states.queue);
    button("Copy the task id").click();
    await pass(0);
    expect(words()).toContain("could not copy");
  });
});

test("a finished card that cannot get into the file by itself announces how to keep it", async () => {
  const { model, el, cleanup } = mount(states.success);
  await pass(3);
  expect(model.sent.at(-1)).toEqual({ ask: "frozen" });
  model.message({ kind: "frozen", model_id: "m", bundle: {} });
  await pass(3);
  const regions = [...el.querySelectorAll("[role=status]")].map((region) => region.textContent);
  expect(regions).toEqual(["Image to video: Done in 1:18", expect.stringContaining("task.show()")]);
  cleanup();
  expect(el.childNodes).toHaveLength(0);
});
