// @vitest-environment node
// The bundle travels with every card, and is saved with it: it is small, and it is what its sources say.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildTo, staticFolder } from "../build.mjs";

const fresh = mkdtempSync(join(tmpdir(), "runway-widget-"));
beforeAll(() => buildTo(fresh));
afterAll(() => rmSync(fresh, { recursive: true }));

const FILES = ["widget.js", "widget.css"];
const read = (folder: string, name: string) => readFileSync(join(folder, name));

test.each(FILES)("%s is committed as its sources build it (if not: npm run build)", (name) => {
  expect(read(staticFolder, name).equals(read(fresh, name))).toBe(true);
});

test("script and style together are at most 30 kB, and 12 kB compressed", () => {
  const files = FILES.map((name) => read(fresh, name));
  expect(files.reduce((sum, file) => sum + file.length, 0)).toBeLessThanOrEqual(30_000);
  expect(files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0)).toBeLessThanOrEqual(12_000);
});

test("the bundle is one module with a default export, and asks nothing of the network", async () => {
  const text = read(fresh, "widget.js").toString();
  expect(text).not.toMatch(/\bimport\b|\bfetch\(|XMLHttpRequest|https?:\/\/(?!www\.w3\.org)/);
  const module = await import(join(fresh, "widget.js"));
  expect(Object.keys(module)).toEqual(["default"]);
  expect(Object.keys(module.default)).toEqual(["initialize", "render"]);
});

test("the style stays within the card: no rule for the page, no fonts or files from elsewhere", () => {
  const text = read(fresh, "widget.css").toString();
  expect(text).not.toMatch(/:root|@import|@font-face|url\(|(^|})\s*(body|html|\*)/);
});
