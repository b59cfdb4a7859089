// What the service says is text; where it points is followed only by http(s).

import { afterEach, describe, expect, test } from "vitest";
import { readable } from "../src/data";
import { pictureUrl, unsigned, webUrl } from "../src/url";
import { clear, drawn, mount } from "./mount";
import { everyState, state } from "./states";

afterEach(clear);

const EVIL = `"><img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>`;
const SCHEMES = [
  "javascript:alert(1)",
  " JaVaScRiPt:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  "httpx://media.example/a.mp4",
  "file:///etc/passwd",
  "blob:https://a/b",
  "//media.example/a",
  "a.mp4",
  "",
];

test("markup in any field stays text", async () => {
  const card = mount(
    state({
      task_id: EVIL,
      failure_code: EVIL,
      data: { [EVIL]: EVIL },
      _face: { title: EVIL, word: EVIL, note: EVIL, advice: EVIL, wrapper: EVIL, folder: EVIL },
      _request: { prompt: EVIL, facts: [{ name: "seed", text: EVIL }], still: EVIL },
    }),
  );
  card.el.querySelector("details.rw-data")?.setAttribute("open", "");
  card.el.querySelector("details.rw-data")?.dispatchEvent(new Event("toggle"));
  await drawn();
  expect(card.el.querySelector("pre")?.textContent).toContain("onerror");
  expect(card.el.querySelectorAll("script, [onerror], [onload], img")).toHaveLength(0);
  expect(card.el.textContent).toContain(EVIL);
});

describe("addresses", () => {
  test.each(SCHEMES)("%o becomes neither src nor href", (url) => {
    for (const kind of ["video", "image", "audio", "unknown"] as const) {
      const { el } = mount(state({ ...everyState().success, outputs: [{ url, kind }], _request: { still: url } }));
      expect(el.querySelectorAll("[src], [href], [poster]")).toHaveLength(0);
    }
  });

  test("https, and http as the simulator speaks it, are followed", () => {
    expect(webUrl("https://a.example/b?c=d")).toBe("https://a.example/b?c=d");
    expect(webUrl("http://127.0.0.1:8866/media/a.mp4")).toBe("http://127.0.0.1:8866/media/a.mp4");
    for (const url of SCHEMES) expect(webUrl(url)).toBeNull();
  });

  test("a still may also be a bitmap in its own address, but no document", () => {
    expect(pictureUrl("data:image/png;base64,iVBORw0KGgo=")).toBe("data:image/png;base64,iVBORw0KGgo=");
    for (const url of [
      "data:image/svg+xml;base64,PHN2Zz4=",
      "data:text/html;base64,PHN2Zz4=",
      `data:image/png;base64,"><script>`,
    ])
      expect(pictureUrl(url)).toBeNull();
  });

  test("no link gives the opened page a hold on this one", () => {
    for (const each of Object.values(everyState()))
      for (const a of mount(each).el.querySelectorAll("a"))
        expect([a.target, a.rel]).toEqual(["_blank", "noopener noreferrer"]);
  });
});

describe("the folded data", () => {
  test("is not even written until it is unfolded", () => {
    expect(mount(everyState().queue).el.querySelector("pre")).toBeNull();
    expect(mount(everyState().starting).el.querySelector("details.rw-data")).toBeNull();
  });

  test("loses signatures, wherever they stand", () => {
    const text = readable({
      output: ["https://a.example/k.mp4?_jwt=secret"],
      note: "see http://b.example/x?sig=secret#secret now",
      fragment: "https://c.example/y#access_token=secret",
    });
    expect(text).toContain('"https://a.example/k.mp4"');
    expect(text).toContain("see http://b.example/x now");
    expect(text).not.toContain("secret");
    expect(unsigned("what? no address")).toBe("what? no address");
  });

  test("is elided where it is huge", () => {
    expect(readable({ image: "x".repeat(1e6) }).length).toBeLessThan(2200);
    expect(readable({ list: Array(1e5).fill(1) })).toMatch(/more characters\)$/);
    expect(readable({ list: Array(1e5).fill(1) }).length).toBeLessThan(41000);
  });
});
