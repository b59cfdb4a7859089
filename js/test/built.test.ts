// The bundle leaves out what no card uses of Preact; so it is held against its sources, state by state.

import { readFileSync } from "node:fs";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { staticFolder } from "../build.mjs";
import widget from "../src/widget";
import { FakeModel } from "./model";
import { drawn } from "./mount";
import { everyGrid, everyState, NOW } from "./states";

// As anywidget loads it: from its text. Node imports no blob, so that is an address of the text itself.
const text = (name: string) => readFileSync(`${staticFolder}/${name}`, "utf8");
const address = (name: string) => `data:text/javascript,${encodeURIComponent(text(name))}`;
const { default: built }: { default: typeof widget } = await import(address("widget.js"));

const BUILD = text("after.js").match(/"([0-9a-f]{8})"/)?.[1];

beforeAll(async () => {
  const createObjectURL = vi.spyOn(URL, "createObjectURL").mockReturnValue(address("after.js"));
  const model = new FakeModel({ ...everyState().success, layout: {} });
  const cleanup = built.render({ model, el: document.createElement("div") });
  built.initialize({ model });
  expect(model.sent).toContainEqual({ ask: "after" });
  model.message({ kind: "after", text: text("after.js") });
  const page = (globalThis as Record<symbol, unknown>)[Symbol.for(`runway-widget.${BUILD}`)];
  await vi.waitFor(() => expect(page).toHaveProperty("after"));
  cleanup();
  createObjectURL.mockRestore();
});
beforeEach(() => void vi.useFakeTimers({ now: NOW * 1000 }));
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

/** The same states one after the other on one card, by each of the two; what each drew. */
async function draw(by: typeof widget, states: object[]) {
  const el = document.body.appendChild(document.createElement("div"));
  const model = new FakeModel(states[0] ?? {});
  const cleanup = by.render({ model, el });
  const seen = [];
  for (const state of states) {
    model.update(state);
    await drawn();
    seen.push(el.innerHTML);
    for (const button of el.querySelectorAll<HTMLElement>("[aria-expanded], [aria-label^=Copy]")) button.click();
    await drawn();
    seen.push(el.innerHTML, document.activeElement?.textContent);
  }
  cleanup();
  return [...seen, el.innerHTML, model.sent];
}

test("one card goes through all states as its sources say", async () => {
  expect(await draw(built, Object.values(everyState()))).toEqual(await draw(widget, Object.values(everyState())));
});

test.each(Object.keys(everyGrid()) as (keyof ReturnType<typeof everyGrid>)[])(
  "the grid “%s” is drawn as its sources say",
  async (name) => {
    expect(await draw(built, [everyGrid()[name]])).toEqual(await draw(widget, [everyGrid()[name]]));
  },
);
