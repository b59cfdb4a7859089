// How a view lives: messages in, messages out, drawings, announcements, and the end.

import { describe, expect, test, vi } from "vitest";
import { PAGE } from "../src/after/document";
import type { Face } from "../src/state";
import widget from "../src/widget";
import { FakeModel } from "./model";
import { drawn, fakeTime, mount } from "./mount";
import { sight } from "./sight";
import { everyState, state } from "./states";

const states = everyState();
const running = states.running;
const clock = (change = {}) => ({ ...running._clock, at: Date.now() / 1000, ...change });

fakeTime();

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

  test("a page that can draw the card says so before it does", () => {
    const model = new FakeModel(running);
    widget.initialize({ model });
    expect(model.sent).toEqual([{ ask: "ready" }]);
  });

  test("where there is no kernel to ask, the card still stands", () => {
    const model = new FakeModel(running);
    model.send = () => {
      throw new Error("the comm is closed");
    };
    widget.initialize({ model });
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
    expect(words()).toContain(model.get("_face").cancel_question);
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

/** What is touched under `el` from now on. */
function changesOf(el: Element): MutationRecord[] {
  const seen: MutationRecord[] = [];
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver((records) => seen.push(...records)).observe(el, everything);
  return seen;
}

describe("the page is left in peace", () => {
  test("ten cards share one timer, and none is left when nothing ticks", async () => {
    const cards = Array.from({ length: 10 }, () => mount(running));
    expect(vi.getTimerCount()).toBe(1);
    for (const card of cards) await card.update({ ...states["success, saved"] });
    mount(states.failure);
    await pass(200); // each asks for its frozen self, and again
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
    const seen = changesOf(el);
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
    const window = sight();
    const { el, words, cleanup } = mount(running);
    el.remove();
    await pass(2);
    document.body.append(el);
    window.see(el);
    await pass(3);
    expect(words()).toContain("0:53");
    cleanup();
    expect(window.observed()).toEqual([]);
    vi.unstubAllGlobals();
  });

  test("a card out of view draws nothing by itself, and has the time again as soon as it is seen", async () => {
    const window = sight();
    const { el, words, update } = mount(running);
    window.see(el, false);
    const seen = changesOf(el);
    await pass(5);
    expect(seen).toEqual([]);
    await update({ _face: { ...running._face, word: "Running 70 %" } });
    expect(words(), "what comes is drawn all the same").toContain("Running 70 %");
    await pass(5);
    window.see(el);
    await drawn();
    expect(words()).toContain("0:58");
    await pass(2);
    expect(words()).toContain("1:00");
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

test("a finished card that cannot get into the file by itself announces how to keep it", async () => {
  const { model, el, cleanup } = mount(states.success);
  await pass(3);
  for (const asked of [
    { ask: "frozen", page: PAGE },
    { ask: "frozen", page: PAGE, again: true },
  ]) {
    expect(model.sent.at(-1)).toEqual(asked);
    model.message({ kind: "frozen", page: PAGE, model_id: "m", bundle: {} });
    await pass(3);
  }
  const regions = [...el.querySelectorAll("[role=status]")].map((region) => region.textContent);
  expect(regions).toEqual(["Image to video: Done in 1:18", expect.stringContaining("task.show()")]);
  cleanup();
  expect(el.childNodes).toHaveLength(0);
});
