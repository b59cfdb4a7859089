// Hosts that are no notebook: what a card stands on there, and buttons that nobody hears.

import { describe, expect, test, vi } from "vitest";
import { ground } from "../src/ground";
import { FakeModel } from "./model";
import { fakeTime, mount } from "./mount";
import { everyGrid, everyState } from "./states";

const running = everyState().running;
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

fakeTime();

describe("the ground", () => {
  // As browsers see what has no ground of its own, and jsdom does not.
  const clear = document.head.appendChild(document.createElement("style"));
  clear.textContent = "* { background-color: rgba(0, 0, 0, 0) }";

  /** A child of `parent` with this ground. */
  function inside(parent: Element | ShadowRoot, colour = "rgba(0, 0, 0, 0)") {
    const made = document.createElement("div");
    made.style.backgroundColor = colour;
    return parent.appendChild(made);
  }

  test("is the nearest one that nothing shows through", () => {
    const page = inside(document.body, "rgb(18, 18, 18)");
    const washed = inside(page, "rgba(255, 255, 255, 0.05)");
    expect(ground(inside(washed))).toBe("rgb(18, 18, 18)");
    expect(ground(inside(inside(washed, "rgb(240, 240, 240)")))).toBe("rgb(240, 240, 240)");
    page.remove();
  });

  test("is looked for outside of shadow roots, and in those that a slot belongs to", () => {
    const host = inside(inside(document.body, "rgb(1, 2, 3)"));
    const shadow = host.attachShadow({ mode: "open" });
    expect(ground(inside(inside(shadow)))).toBe("rgb(1, 2, 3)");
    const slot = inside(shadow, "rgb(4, 5, 6)").appendChild(document.createElement("slot"));
    slot.style.backgroundColor = "rgba(0, 0, 0, 0)";
    const slotted = inside(host);
    Object.defineProperty(slotted, "assignedSlot", { value: slot }); // which jsdom does not have
    expect(ground(slotted)).toBe("rgb(4, 5, 6)");
    host.parentElement?.remove();
  });

  test("is the page's own where nothing has one", () => {
    expect(ground(inside(document.body))).toBe("Canvas");
  });

  test("is noted on the card, and again when the page changes its theme", async () => {
    document.body.style.backgroundColor = "rgb(255, 255, 255)";
    const { el, cleanup } = mount(running);
    const noted = () => el.querySelector<HTMLElement>(".rw")?.style.getPropertyValue("--rw-0");
    expect(noted()).toBe("rgb(255, 255, 255)");
    document.body.style.backgroundColor = "rgb(18, 18, 18)";
    document.body.className = "body--dark"; // as NiceGUI does
    await vi.waitFor(() => expect(noted()).toBe("rgb(18, 18, 18)"));
    document.body.style.backgroundColor = "rgb(29, 31, 33)";
    document.documentElement.dataset.bsTheme = "dark"; // as Shiny does
    await vi.waitFor(() => expect(noted()).toBe("rgb(29, 31, 33)"));
    delete document.documentElement.dataset.bsTheme;
    cleanup();
    document.body.removeAttribute("style");
    document.body.className = "";
  });
});

describe("a button that nobody hears", () => {
  const hint = (el: HTMLElement) => [...el.querySelectorAll("[role=status]")].at(-1)?.textContent;

  test("says so after three seconds, until Python is heard or asked again", async () => {
    const { model, button, el, update } = mount(running);
    button("Refresh").click();
    await pass(2.9);
    expect(hint(el)).toBe("");
    await pass(0.2);
    expect(hint(el)).toBe("no answer from Python");
    await update({ _clock: { ...running._clock, at: Date.now() / 1000 } });
    expect(hint(el), "a host that hands on traits need not have messages").toBe("no answer from Python");
    model.emit("msg:custom", { kind: "heard" });
    await pass(0);
    expect(hint(el)).toBe("");
  });

  test("says nothing where Python has heard it", async () => {
    const { model, button, el } = mount(running);
    button("Refresh").click();
    await pass(1);
    model.emit("msg:custom", { kind: "heard" });
    await pass(60);
    expect(hint(el)).toBe("");
  });

  test("says so under a grid too", async () => {
    const { el } = mount(everyGrid()["nine takes in mid-run"]);
    el.querySelector<HTMLElement>("[aria-label^='Stop']")?.click();
    await pass(4);
    expect(hint(el)).toBe("no answer from Python");
  });

  test("is not what a card asks for by itself", async () => {
    const { model, el } = mount(running);
    await pass(600);
    expect(model.sent.length).toBeGreaterThan(1);
    expect(hint(el)).toBe("");
  });
});

test("a card goes wholly where the host cannot take a listener back", () => {
  const model = new FakeModel(running);
  model.off = () => {
    throw new TypeError("this.callbacks[event]?.delete is not a function");
  };
  const { el, cleanup, button } = mount(running, model);
  button("Refresh").click();
  expect(cleanup).toThrow(TypeError);
  model.off = () => {};
  expect(el.childNodes).toHaveLength(0);
  expect(vi.getTimerCount()).toBe(0);
});
