// Where the keyboard's focus is after the card has changed under it. Where it is after the card was taken away is tested in a
// browser (tests/browser/test_focus.py): happy-dom moves no ranges.

import { describe, expect, test, vi } from "vitest";
import type { State } from "../src/state";
import widget from "../src/widget";
import { FakeModel } from "./model";
import { clear, drawn, fakeTime, type Mounted, mount } from "./mount";
import { compact, everyState, NOW, state } from "./states";

fakeTime();

const states = everyState();
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const { running, stopped, success } = states;

/** What has the focus, by the name that a screen reader says. */
function focus(root: Document | ShadowRoot = document): string {
  const at = root.activeElement;
  return at?.getAttribute("aria-label") || at?.textContent?.trim() || at?.tagName || "nothing";
}

/** Presses a button as the keyboard does: it has the focus. */
function press(card: Mounted, name: string) {
  card.button(name).focus();
  card.button(name).click();
}

const STOP = "Stop watching (the task goes on)";
const CARD = "Image to video, task 3d957031";

describe("the focus", () => {
  test("goes from Stop to Resume and back", async () => {
    const card = mount(running);
    press(card, STOP);
    await card.update({ ...stopped });
    expect(focus()).toBe("Resume");
    press(card, "Resume");
    await card.update({ ...running });
    expect(focus()).toBe(STOP);
  });

  test("stays on Save while it saves, and goes to its neighbour when that is done", async () => {
    const card = mount(success);
    press(card, "Save to renders/");
    await card.update({ ...state({ _face: { save: "saving" }, _actions: [] }, "success") });
    expect(focus()).toBe("Saving");
    await card.update({ ...states["success, saved"] });
    expect(focus()).toBe("Copy the link");
  });

  test("stays on Save where that comes to stand for the end", async () => {
    const card = mount(running);
    press(card, "Save when done");
    await card.update({ ...states["running, to be saved"], _actions: running._actions });
    expect(focus()).toBe("Save when done");
  });

  test("of a task that ends is on the card, which says what it is, and not on a button of another kind", async () => {
    for (const name of ["Refresh", STOP, "Cancel the task"]) {
      const card = mount(running);
      card.button(name).focus();
      await card.update({ ...success });
      expect(focus(), name).toBe(CARD);
      expect(card.el.querySelectorAll("[tabindex]")).toHaveLength(1);
      card.button("Copy the task id").focus();
      expect(card.el.querySelectorAll("[tabindex]"), "the card is no stop of the Tab key").toHaveLength(0);
      clear();
    }
  });

  test("of an open question goes to the card when the task ends, and to the button again when it is answered", async () => {
    const card = mount(running);
    press(card, "Cancel the task");
    await drawn();
    expect(focus()).toBe("No");
    press(card, "Yes, cancel");
    await drawn();
    expect(focus()).toBe("Cancel the task");
    press(card, "Cancel the task");
    await drawn();
    await card.update({ ...states.cancelled });
    expect(focus()).toBe(CARD);
  });

  test("of a player that breaks goes to the link in its place, and from there to the new player", async () => {
    const card = mount(success);
    const video = card.el.querySelector("video") as HTMLElement;
    video.tabIndex = 0; // as it is in a browser
    video.focus();
    video.dispatchEvent(new Event("error"));
    await drawn();
    expect(focus()).toBe("open on media.example");
    await card.update({ outputs: [{ url: "https://media.example/new.mp4", kind: "video" }] });
    expect(document.activeElement?.closest(".runway-task")).toBeTruthy();
  });

  test("of a picture that is replaced goes to the picture in its place", async () => {
    const card = mount(states["success, two images"]);
    card.el.querySelectorAll<HTMLElement>(".rw-outputs a")[1]?.focus();
    const { outputs, _face } = states["success, two images"];
    const instead = [
      { words: "", link: true, picture: "" },
      { words: "The output is ready", link: true, picture: "" },
    ];
    await card.update({ outputs, _face: { ..._face, instead } });
    expect(focus()).toBe("open on media.example");
    expect(document.activeElement?.closest(".rw-tile")).toBeTruthy();
  });

  test("of the folded data that is gone goes to the card", async () => {
    const card = mount(running);
    card.el.querySelector<HTMLElement>(".rw-data summary")?.focus();
    await card.update({ data: {} });
    expect(focus()).toBe(CARD);
  });

  test("goes from Renew to its neighbour when there is a new link", async () => {
    const card = mount(states["success, link expired"]);
    press(card, "Renew the link");
    await drawn();
    expect(focus()).toBe("Renew the link");
    await card.update({ ...states["success, link ends soon"] });
    expect(focus()).toBe("Save to renders/");
  });

  test("stays where it is through seconds, words and a copy", async () => {
    const card = mount(running);
    press(card, "Copy the task id");
    await pass(3);
    await card.update({ _face: { ...running._face, word: "Generating 70 %", percent: 70 } });
    expect(focus()).toBe("Copy the task id");
  });

  test("of somebody who is elsewhere stays there", async () => {
    const elsewhere = document.body.appendChild(document.createElement("input"));
    const card = mount(running);
    elsewhere.focus();
    await card.update({ ...stopped });
    await card.update({ ...success });
    card.cleanup();
    await pass(1);
    expect(document.activeElement).toBe(elsewhere);
    elsewhere.blur();
    await mount(running).update({ ...success });
    expect(document.activeElement).toBe(document.body);
  });

  test("of somebody in a take of a grid stays in that take", async () => {
    const takes = (seen: State[]) => seen.map((each, index) => ({ ...compact(each), task_id: `${index}` }));
    const summary = { words: "", left: null, at: NOW, ticking: true };
    const model = new FakeModel({ _takes: takes([running, running]), _summary: summary });
    const { el } = mount({}, model);
    const second = () => el.querySelectorAll(".runway-task")[1] as HTMLElement;
    const change = async (seen: State) => {
      model.message({
        kind: "takes",
        changes: { 0: takes([seen])[0], 1: { ...compact(seen), task_id: "1" } },
        summary,
      });
      await drawn();
    };
    second().querySelector<HTMLElement>(`[aria-label="${STOP}"]`)?.focus();
    await change(stopped);
    expect(focus()).toBe("Resume");
    expect(second().contains(document.activeElement)).toBe(true);
    await change(success);
    expect(document.activeElement).toBe(second());
  });

  test("is kept within a shadow root", async () => {
    const shadow = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
    const model = new FakeModel(running);
    const cleanup = widget.render({ model, el: shadow.appendChild(document.createElement("div")) });
    shadow.querySelector<HTMLElement>(`[aria-label="${STOP}"]`)?.focus();
    model.update({ ...stopped });
    await drawn();
    expect(focus(shadow)).toBe("Resume");
    model.update({ ...success });
    await drawn();
    expect(focus(shadow)).toBe(CARD);
    cleanup();
  });
});
