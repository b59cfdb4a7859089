// @vitest-environment node
// The bundle travels with every card, and is saved with it: it is small, and it is what its sources say.

import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildTo, staticFolder } from "../build.mjs";

const fresh = mkdtempSync(join(tmpdir(), "runway-widget-"));
beforeAll(() => buildTo(fresh));
afterAll(() => rmSync(fresh, { recursive: true }));

/** What travels with every card; and what the kernel sends to a page that asks. */
const FIRST = ["widget.js", "widget.css"];
const SECOND = ["after.js"];
const FILES = [...FIRST, ...SECOND];
const read = (folder: string, name: string) => readFileSync(join(folder, name));

test.each(FILES)("%s is committed as its sources build it (if not: npm run build)", (name) => {
  expect(read(staticFolder, name).equals(read(fresh, name))).toBe(true);
});

test.each([
  ["script and style together", FIRST],
  ["the second bundle", SECOND],
])("%s: at most 30 kB, and 12 kB compressed", (_, names) => {
  const files = names.map((name) => read(fresh, name));
  expect(files.reduce((sum, file) => sum + file.length, 0)).toBeLessThanOrEqual(30_000);
  expect(files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0)).toBeLessThanOrEqual(12_000);
});

test.each([
  ["widget.js", ["default"]],
  ["after.js", ["build", "start"]],
])("%s is one module, and asks nothing of the network", async (name, exported) => {
  const text = read(fresh, name).toString();
  const ownImport = /await\(import\(\w+\)\)/; // of what the kernel sent, in the first one
  expect(text.replace(ownImport, "")).not.toMatch(/\bimport\b|\bfetch\(|XMLHttpRequest|https?:\/\/(?!www\.w3\.org)/);
  const module = await import(join(fresh, name));
  expect(Object.keys(module)).toEqual(exported);
  if (module.default) expect(Object.keys(module.default)).toEqual(["initialize", "render"]);
});

test("both hold one name, which is that of their contents", () => {
  const texts = ["widget.js", "after.js"].map((name) => read(fresh, name).toString());
  const name = texts[1]?.match(/"([0-9a-f]{8})"/)?.[1] ?? "none";
  expect(texts.map((text) => text.split(name).length)).toEqual([2, 2]);
  const digest = createHash("sha256").update(texts.map((text) => text.trimEnd().replace(name, "@build@")).join(""));
  expect(digest.digest("hex").slice(0, 8)).toBe(name);
});

test("the style stays within the card: no rule for the page, no fonts or files from elsewhere", () => {
  const text = read(fresh, "widget.css").toString();
  expect(text).not.toMatch(/:root|@import|@font-face|url\(|(^|})\s*(body|html|\*)/);
});
