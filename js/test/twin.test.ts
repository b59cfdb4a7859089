// A static card that has changed after the end gets into the document of a page that was loaded since it was shown.

import { crc32 as zlib } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PAGE, PATIENCE } from "../src/after/document";
import { crc32, keepTwins } from "../src/after/twin";
import { FakeModel } from "./model";

const card = (words: string, name = "abc-1") => `<div data-runway-card="${name}">${words}</div>`;
const OLD = card("Done");
const NEW = card("Done ★ 🪁");
const output = (html: string) => ({
  output_type: "display_data",
  data: { "text/html": html },
  metadata: { kept: true },
});
const announced = (...html: string[]) => ({ kind: "static", versions: html.map(crc32) });
const answer = (html: string, page = PAGE) => ({ kind: "frozen", page, model_id: "m1", bundle: { "text/html": html } });
const ASK = { ask: "frozen", page: PAGE };

function setup(...held: string[]) {
  const saved = held.map(output);
  const outputs = {
    length: saved.length,
    get: (at: number) => saved[at],
    set: (at: number, it: never) => (saved[at] = it),
  };
  const model = Object.assign(new FakeModel({ _twin: "abc-1" }), {
    widget_manager: { context: { model: { cells: [{}, { outputs }] } } },
  });
  const follow = keepTwins();
  const live = { model, show: vi.fn() };
  follow(live);
  follow(live);
  return { model, html: () => saved.map(({ data }) => data["text/html"]), saved };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const wait = (part = 1) => vi.advanceTimersByTime(PATIENCE * part);

test("the sum is zlib's", () => {
  for (const text of ["", OLD, NEW, "a".repeat(1000)]) expect(crc32(text)).toBe(zlib(text));
});

test("a page that did not get the newest static card asks for it, and keeps it", () => {
  const { model, html, saved } = setup(OLD, card("another's", "xyz-1"), OLD);
  model.message(announced(OLD, NEW));
  wait(0.9);
  expect(model.sent).toEqual([]);
  wait(0.1);
  expect(model.sent).toEqual([ASK]);
  model.message(answer(NEW));
  expect(html()).toEqual([NEW, card("another's", "xyz-1"), NEW]);
  expect(saved[0]).toEqual(output(NEW));
  wait(1000);
  expect(model.sent).toEqual([ASK]);
});

test("a page that got it asks for nothing", () => {
  const { model } = setup(NEW);
  model.message(announced(OLD, NEW));
  wait(1000);
  expect(model.sent).toEqual([]);
});

test("what Python has not put there, as an earlier kernel's card, is left alone", () => {
  const { model, html } = setup(card("of yesterday, with a picture"));
  model.message(announced(OLD, NEW));
  wait(1000);
  expect(model.sent).toEqual([]);
  model.message(answer(NEW));
  expect(html()).toEqual([card("of yesterday, with a picture")]);
});

test("an answer to another page is not kept, and a question is asked again, ever more seldom, but not for ever", () => {
  const { model, html } = setup(OLD);
  model.message(announced(OLD, NEW));
  wait();
  model.message(answer(NEW, "another"));
  expect(html()).toEqual([OLD]);
  wait(1000);
  expect(model.sent).toEqual(Array(6).fill(ASK));
  model.message(announced(NEW, OLD));
  model.message(announced(OLD, NEW));
  wait();
  expect(model.sent).toHaveLength(7);
});

test("what has changed once more since the announcement is kept too", () => {
  const { model, html } = setup(OLD);
  const newer = card("Done ★ saved");
  model.message(announced(OLD, NEW));
  wait();
  model.message(answer(newer));
  expect(html()).toEqual([newer]);
});

test("a host whose document is out of reach is not asked for anything", () => {
  const model = new FakeModel({ _twin: "abc-1" });
  keepTwins()({ model, show: vi.fn() });
  model.message(announced(OLD, NEW));
  wait(1000);
  expect(model.sent).toEqual([]);
});
