// A hostile service, as far as its words get here, and a hostile notebook: what the page shows instead.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { page } from "../src/page";
import widget from "../src/widget";
import { fakeLooking, finished, open, pass, press, show, viewer } from "./looking";
import { FakeModel } from "./model";
import { clear, drawn, mount } from "./mount";
import { everyGrid, everyState } from "./states";

const EVIL = `"'></p></style><script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)>`;
const ADDRESSES = [
  "javascript:alert(1)",
  " JaVaScRiPt:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "data:image/svg+xml;base64,PHN2Zz4=",
  "vbscript:x",
  "file:///etc/passwd",
  "blob:https://a/b",
  "//media.example/a.mp4",
];
const ADDRESS = /^(https?:\/\/|data:image\/(webp|png|jpeg|gif);base64,[\w+/=]+$)/;
const ELEMENTS = new Set(
  "DIV ARTICLE P SPAN B BDI I SUMMARY DETAILS PRE CODE A IMG VIDEO AUDIO BUTTON SVG PATH CIRCLE RECT DIALOG INPUT LABEL UL LI STYLE SECTION".split(
    " ",
  ),
);

type Leaf = (string | number)[];

/** The way to each text in a value that Python sends. */
function* texts(value: unknown, path: Leaf = []): Generator<Leaf> {
  if (typeof value === "string") yield path;
  else if (value && typeof value === "object")
    for (const [key, item] of Object.entries(value)) yield* texts(item, [...path, key]);
}

/** Words of ours, by which a card is drawn in one way or another. */
const OURS = new Set(["status", "kind", "tone", "bar", "stage", "save", "_actions", "_least"]);

const everywhere = <T extends object>(value: T, text: string): T =>
  [...texts(value)]
    .filter((path) => !path.some((key) => OURS.has(key as string)))
    .reduce((all, path) => replaced(all, path, text), value);

function replaced<T extends object>(value: T, path: Leaf, text: string): T {
  const copy = structuredClone(value);
  // biome-ignore lint/suspicious/noExplicitAny: a way into it
  let at: any = copy;
  for (const key of path.slice(0, -1)) at = at[key];
  at[path.at(-1) as string] = text;
  return copy;
}

/** What is on the page that comes from a text, or has an address that is none of the web's. */
function faults(root: ParentNode): string[] {
  const found: string[] = [];
  for (const each of root.querySelectorAll("*")) {
    if (!ELEMENTS.has(each.tagName.toUpperCase())) found.push(each.outerHTML.slice(0, 200));
    for (const { name, value } of each.attributes)
      if (
        /^on/.test(name) ||
        (/^(src|href|poster)$/.test(name) && !ADDRESS.test(value)) ||
        (name === "style" && /url|script|expression/i.test(value))
      )
        found.push(`${name}=${value.slice(0, 200)}`);
  }
  return found;
}

async function unfolded(el: HTMLElement) {
  const data = el.querySelector<HTMLDetailsElement>("details.rw-data");
  if (data) data.open = true;
  data?.dispatchEvent(new Event("toggle"));
  await drawn();
}

describe("in each text that Python sends", () => {
  afterEach(clear);

  test.each(Object.entries(everyState()))(
    "of a card that is '%s', markup and addresses stay text",
    async (_, state) => {
      for (const text of [EVIL, ADDRESSES[0] as string]) {
        const { el } = mount(everywhere(state, text));
        await unfolded(el);
        expect(faults(el)).toEqual([]);
        clear();
      }
    },
  );

  test("of a card that is done they do, too, whichever text it is", () => {
    for (const state of [everyState().success])
      for (const path of texts(state)) {
        expect(faults(mount(replaced(state, path, EVIL)).el)).toEqual([]);
        clear();
      }
  });

  test.each(Object.entries(everyGrid()))("of a grid with '%s' they do, too", (_, grid) => {
    for (const text of [EVIL, ADDRESSES[0] as string]) {
      const { el } = mount(everywhere(grid, text));
      expect(faults(el)).toEqual([]);
      clear();
    }
  });

  test("a name in the data is no more than a name", async () => {
    const { el } = mount({
      ...everyState().success,
      data: JSON.parse(`{"__proto__": {"x": ${JSON.stringify(EVIL)}}}`),
    });
    await unfolded(el);
    expect(faults(el)).toEqual([]);
    expect(el.querySelector("pre")?.textContent).toContain("onerror");
    expect(({} as { x?: string }).x).toBeUndefined();
  });
});

describe("in the large view", () => {
  fakeLooking();

  test.each(["prompt", "word", "note", "title", "frame"])("markup in the %s stays text", async (name) => {
    const takes = ["one", "two"].map((id) => {
      const take = finished(id);
      return {
        ...take,
        task_id: EVIL,
        _face: { ...take._face, [name]: EVIL },
        _request: { ...take._request, prompt: EVIL, facts: [{ name: "seed" as const, text: EVIL }] },
      };
    });
    const grid = show(...takes);
    await open(grid.cards()[0]);
    expect(faults(viewer() as HTMLElement)).toEqual([]);
    press("w");
    await pass(1);
    expect(faults(viewer() as HTMLElement)).toEqual([]);
    expect(faults(document.body)).toEqual([]);
    expect(viewer()?.textContent).toContain("onerror");
  });

  test.each(ADDRESSES)("%o is no film and no picture there", async (url) => {
    const [first, second] = [finished("one"), finished("two")];
    const grid = show(first, { ...second, outputs: [{ url, kind: "video" }] });
    await open(grid.cards()[0]);
    press("ArrowRight");
    await pass(2);
    expect(faults(viewer() as HTMLElement)).toEqual([]);
  });
});

describe("a notebook that somebody has edited", () => {
  const { success } = everyState();
  const TWIN = success._twin;
  let forget: (() => void)[] = [];

  beforeEach(() => {
    vi.useFakeTimers();
    page.cards.clear();
  });
  afterEach(async () => {
    for (const each of forget) each();
    forget = [];
    clear();
    await vi.advanceTimersByTimeAsync(3100);
    vi.useRealTimers();
  });

  function known(state: object = success): FakeModel {
    const model = new FakeModel(state);
    forget.push(widget.initialize({ model }));
    return model;
  }

  function output(name: string, inside = "<p>static</p>"): HTMLElement {
    const el = document.body.appendChild(document.createElement("div"));
    el.innerHTML = `<div class="runway-static"><style></style>${inside}</div>`;
    el.firstElementChild?.setAttribute("data-runway-card", name);
    return el;
  }

  const settled = () => vi.advanceTimersByTimeAsync(0);
  const isLive = (el: Element) => el.querySelector("article button") !== null;

  test.each([
    EVIL,
    '"]',
    "*",
    ":is(div)",
    `${TWIN} `,
    TWIN.toUpperCase(),
    "__proto__",
    "constructor",
    "x".repeat(1e4),
    "\0",
  ])("a name that is none of a card's draws nothing: %.20o", async (name) => {
    known();
    const place = output(name);
    await settled();
    expect(isLive(place)).toBe(false);
    expect(place.textContent).toBe("static");
  });

  test("where the name of another card was written, that card stands, with its own words and for its own task", async () => {
    const other = known({ ...success, task_id: "other", _twin: "b", _face: { ...success._face, title: "The other" } });
    const mine = known();
    const place = output("b", "<p>Press here to get your credits back: The first</p>");
    await settled();
    expect(place.querySelector("article")?.getAttribute("data-task-id")).toBe("other");
    expect(place.textContent).toContain("The other");
    expect(place.textContent).not.toContain("credits back");
    place.querySelector<HTMLElement>('[aria-label="Star"]')?.click();
    expect(other.sent).toContainEqual({ ask: "pick" });
    expect(mine.sent).not.toContainEqual({ ask: "pick" });
  });

  test("where two cards have one name, the one that came last stands in both places", async () => {
    known({ ...success, task_id: "first" });
    known({ ...success, task_id: "second" });
    const places = [output(TWIN), output(TWIN)];
    await settled();
    for (const place of places) expect(place.querySelectorAll("article[data-task-id=second]")).toHaveLength(1);
    expect(document.querySelectorAll("article")).toHaveLength(2);
  });

  test("a place within a place, and a place in the words of a card, draw no card in a card", async () => {
    known();
    known({
      ...success,
      _twin: "b",
      _request: { ...success._request, prompt: `<div data-runway-card="${TWIN}"></div>` },
    });
    const place = output("b", `<div data-runway-card="${TWIN}">inner</div><div data-runway-card="b">inner</div>`);
    await settled();
    expect(place.querySelectorAll("article")).toHaveLength(1);
    expect(place.querySelectorAll("[data-runway-card] [data-runway-card]")).toHaveLength(0);
    expect(faults(place)).toEqual([]);
  });

  test("what was written into the place is put back as it was when the kernel goes, and is never read", async () => {
    const model = known();
    const place = output(TWIN, "<p><b>mine</b></p>");
    const written = place.querySelector("p") as Element;
    const read = vi.spyOn(written, "innerHTML", "get");
    await settled();
    expect(isLive(place)).toBe(true);
    model.update({ layout: { comm_live: false } });
    model.emit("comm_live_update");
    await vi.advanceTimersByTimeAsync(2500);
    expect(place.querySelector("p")).toBe(written);
    expect(isLive(place)).toBe(false);
    expect(read).not.toHaveBeenCalled();
  });

  test("hundreds of places of one name are drawn, and are gone when their cell is", async () => {
    const model = known();
    const cell = document.body.appendChild(document.createElement("div"));
    cell.append(...Array.from({ length: 60 }, () => output(TWIN)));
    await settled();
    expect(document.querySelectorAll("article")).toHaveLength(60);
    const listening = model.listening();
    cell.remove();
    document.body.append(document.createElement("p"));
    await vi.advanceTimersByTimeAsync(1500);
    expect(model.listening()).toBeLessThan(listening / 20);
  });
});
