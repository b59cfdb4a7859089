// Links that end: the card says until when they last, says by itself when they have ended, and asks for new ones.

import { describe, expect, test, vi } from "vitest";
import { FakeModel } from "./model";
import { drawn, fakeTime, mount } from "./mount";
import { compact, everyState, NOW, state } from "./states";

fakeTime();

const states = everyState();
const HOURS = 3600;
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const soon = states["success, link ends soon"];
const expired = states["success, link expired"];
const renewals = ({ sent }: FakeModel) => sent.filter((message) => JSON.stringify(message).includes("renew"));
const offered = (el: HTMLElement) =>
  [...el.querySelectorAll("button")].some((button) => button.textContent === "Renew");

describe("the end of a link", () => {
  test("is a date until it comes, and then it is over and can be renewed, without a word from the kernel", async () => {
    const { model, el, words } = mount(soon);
    expect(words()).toContain("link until 13 Mar, 09:52");
    await pass(8 * HOURS - 1);
    expect(words()).toContain("link until 13 Mar, 09:52");
    expect(offered(el)).toBe(false);
    await pass(1);
    expect(words()).toContain("link expired");
    expect(words()).not.toContain("link until");
    expect(offered(el)).toBe(true);
    expect(renewals(model)).toEqual([]);
  });

  test("is noticed within a minute after the machine has slept", async () => {
    const { words } = mount(soon);
    await pass(30);
    vi.setSystemTime(Date.now() + 20 * HOURS * 1000); // the timers stood still meanwhile
    await pass(60);
    expect(words()).toContain("link expired");
  });

  test("is known at once to a page that is loaded after it", () => {
    expect(mount(expired).words()).toContain("link expired");
  });

  test("is said to be a guess where the link does not tell", async () => {
    const { words } = mount(states.success);
    expect(words()).toContain("link until about 14 Mar");
    await pass(24 * HOURS);
    expect(words()).toContain("link may have expired");
  });

  test("is nothing to an output that is saved", async () => {
    const { el, words } = mount(states["success, saved"]);
    await pass(48 * HOURS);
    expect(words()).not.toMatch(/link (until|expired|may)/);
    expect(offered(el)).toBe(false);
  });

  test("takes one timer, and none once it has come or the card is gone", async () => {
    const waiting = mount(soon);
    await pass(HOURS); // it has asked for its static twin until then
    expect(vi.getTimerCount()).toBe(1);
    waiting.cleanup();
    expect(vi.getTimerCount()).toBe(0);
    mount(soon);
    await pass(9 * HOURS);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("Renew", () => {
  const fresh = (at: number) => ({
    outputs: [{ url: "https://media.example/dusk.mp4?_jwt=new", kind: "video" as const }],
    _face: { ...soon._face, link: "link until 14 Mar", expires: at },
  });

  test("asks once, and the new date comes", async () => {
    const { model, el, words, button, update } = mount(expired);
    button("Renew the link").click();
    await drawn();
    expect(button("Renew the link").getAttribute("aria-disabled")).toBe("true");
    button("Renew the link").click();
    expect(renewals(model)).toEqual([{ ask: "renew" }]);
    await update(fresh(NOW + 24 * HOURS));
    expect(words()).toContain("link until 14 Mar");
    expect(offered(el)).toBe(false);
    expect(el.querySelector("video")?.getAttribute("src")).toContain("new");
    await pass(24 * HOURS);
    expect(words()).toContain("link expired");
  });

  test("can be pressed again where no answer came, or none that helps", async () => {
    const { model, words, button, update } = mount(expired);
    button("Renew the link").click();
    await pass(10);
    expect(button("Renew the link").getAttribute("aria-disabled")).not.toBe("true");
    button("Renew the link").click();
    await drawn();
    await update({ _face: states["success, no new link"]._face });
    expect(words()).toContain("link expired; no new link: the service does not show the outputs any more");
    expect(button("Renew the link").getAttribute("aria-disabled")).not.toBe("true");
    button("Renew the link").click();
    expect(renewals(model)).toHaveLength(3);
  });

  test("is offered where the output does not load, whatever its date", async () => {
    const { el, model, button } = mount(soon);
    el.querySelector("video")?.dispatchEvent(new Event("error"));
    await pass(10);
    expect(renewals(model)).toHaveLength(1);
    button("Renew the link").click();
    expect(renewals(model)).toHaveLength(2);
  });
});

test("in a grid, a take tells of its link once it has expired, and asks for its own", async () => {
  const takes = [soon, expired, state({}, "success")].map(compact);
  const model = new FakeModel({ _takes: takes, _summary: { words: "3 done", left: null, at: NOW, ticking: false } });
  const { el } = mount({}, model);
  const words = () =>
    [...el.querySelectorAll(".rw-facts")].map((each) => each.textContent?.replace(/\s+/g, " ").trim());
  expect(words()).toEqual(["seed 421", "seed 421 · link expired", "seed 421"]);
  await pass(8 * HOURS);
  expect(words()[0]).toBe("seed 421 · link expired");
  el.querySelectorAll<HTMLElement>("[aria-label='Renew the link']")[1]?.click();
  expect(renewals(model)).toEqual([{ ask: "renew", take: 1 }]);
});
