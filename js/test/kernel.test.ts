// A kernel that is gone: what the card says, and what it takes away. Each host shows it in another way.

import { describe, expect, test, vi } from "vitest";
import { FakeModel } from "./model";
import { drawn, fakeTime, mount } from "./mount";
import { everyGrid, everyState } from "./states";

fakeTime();

const states = everyState();
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

/** A signal of Lumino's, as hosts have them. */
class Signal {
  slots = new Set<() => void>();
  connect = (slot: () => void) => void this.slots.add(slot);
  disconnect = (slot: () => void) => void this.slots.delete(slot);
  emit = () => [...this.slots].map((slot) => slot());
}

/** A card in a host that lets it at the kernel. */
function show(traits: object) {
  const layout = { comm_live: true, comm: { jsServicesComm: { isDisposed: false } } };
  const kernel = { statusChanged: new Signal(), disposed: new Signal() };
  const model = Object.assign(new FakeModel({ ...traits, layout }), { widget_manager: { kernel } });
  const view = mount(traits, model);
  const [, hint] = view.el.querySelectorAll("[role=status]");
  const ways = {
    async "is restarted in JupyterLab"() {
      layout.comm_live = false;
      model.emit("comm_live_update");
      await drawn();
    },
    async "dies and is restarted by the server"() {
      layout.comm.jsServicesComm.isDisposed = true;
      kernel.statusChanged.emit();
      await drawn();
    },
    async "is shut down, or restarted in VS Code"() {
      kernel.disposed.emit(); // which comes before the comms are disposed of
      layout.comm.jsServicesComm.isDisposed = true;
      await drawn();
    },
  };
  return { ...view, kernel, layout, ways, hint: () => hint?.textContent };
}

type Way = keyof ReturnType<typeof show>["ways"];
const WAYS = Object.keys(show(states.running).ways) as Way[];

describe.each(WAYS)("when the kernel %s", (way) => {
  test("a card says so at once, with the line that takes its task up again, and stands still", async () => {
    const card = show(states.running);
    await pass(5);
    await card.ways[way]();
    expect(card.hint()).toBe(
      `The kernel was restarted or shut down. Take it up again: client.task("${states.running.task_id}")`,
    );
    expect(card.words()).toContain("Generating 62 %");
    expect(vi.getTimerCount()).toBe(0);
    const before = card.el.innerHTML;
    await pass(100);
    expect(card.el.innerHTML).toBe(before);
    expect(before).not.toContain("no word");
    expect(card.model.sent).toEqual([{ ask: "sync" }]);
  });

  test("its buttons go, and what needs no kernel stays", async () => {
    const card = show(states.running);
    await card.ways[way]();
    expect([...card.el.querySelectorAll("button")].map((button) => button.title)).toEqual(["Copy the task id"]);
    expect(card.el.querySelector("[role=progressbar], .rw-accent")).toBeNull();
  });

  test("a grid says it once, for all its takes", async () => {
    const card = show(everyGrid()["nine takes in mid-run"]);
    await card.ways[way]();
    expect(card.hint()).toBe(
      "The kernel was restarted or shut down. Take the tasks up again by their ids, which client.recent() lists.",
    );
    expect(card.el.querySelector("p")?.textContent).not.toContain("no word");
    const names = [...card.el.querySelectorAll("button, a")].map((each) => each.getAttribute("title"));
    expect(card.el.querySelectorAll("[aria-label=Star]")).toHaveLength(1); // of the one that has it
    const looking = ["Play all takes (Space)", "One frame back (,)", "One frame on (.)", "Speed (s)", "Loop (l)"];
    expect(new Set(names)).toEqual(new Set(["Open the output", "Copy the link", "Look closer (Enter)", ...looking]));
    expect(vi.getTimerCount(), "the one for a link that ends").toBe(1);
  });
});

test("a kernel's work at something else costs a card no drawing", async () => {
  const card = show(states.running);
  const changes = vi.fn();
  const reads = vi.spyOn(card.model, "get");
  new MutationObserver(changes).observe(card.el, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
  });
  await drawn();
  reads.mockClear();
  for (let message = 0; message < 100; message++) card.kernel.statusChanged.emit(); // busy, idle, busy, …
  await drawn();
  const traits = new Set(reads.mock.calls.map(([name]) => name));
  expect(traits).toEqual(new Set(["layout"])); // where it sees whether the kernel is there
  expect(changes).not.toHaveBeenCalled();
});

test("a finished card that stayed live says nothing, but offers only what works", async () => {
  const card = show(states.success);
  await card.ways["is restarted in JupyterLab"]();
  expect(card.hint()).toBe("");
  expect(card.el.querySelector("[title^=Save]")).toBeNull();
  expect(card.el.querySelector("video")).toBeTruthy();
});

test("a card that is drawn when its kernel is gone already says so as well", async () => {
  const { layout, model, el } = show(states.running);
  layout.comm_live = false;
  const again = mount(states.running, model);
  expect(again.el.textContent).toContain("The kernel was restarted");
  expect(el.textContent).not.toContain("The kernel was restarted");
});

test("other news of the kernel change nothing", async () => {
  const card = show(states.running);
  const before = card.el.innerHTML;
  card.kernel.statusChanged.emit();
  card.model.emit("comm_live_update");
  await drawn();
  expect(card.el.innerHTML).toBe(before);
});

test("a closed card leaves nothing behind at the kernel", () => {
  const { kernel, model, cleanup } = show(states.running);
  expect([kernel.statusChanged, kernel.disposed].map(({ slots }) => slots.size)).toEqual([1, 1]);
  cleanup();
  expect([kernel.statusChanged, kernel.disposed].map(({ slots }) => slots.size)).toEqual([0, 0]);
  expect(model.listening()).toBe(0);
});

test.each([
  ["no manager", undefined],
  ["a manager without a kernel", { kernel: null }],
  ["a kernel without signals", { kernel: {} }],
])("in a host with %s, the kernel is there", (_, widget_manager) => {
  const model = Object.assign(new FakeModel({ ...states.running, layout: "IPY_MODEL_1" }), { widget_manager });
  const { el, cleanup } = mount(states.running, model);
  expect(el.textContent).not.toContain("restarted");
  cleanup();
});
