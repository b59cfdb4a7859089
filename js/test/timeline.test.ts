// Films that play in step, by one clock.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { timeline } from "../src/after/timeline";
import { fake, fakeFilms } from "./films";

let restore = () => {};
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "performance", "requestAnimationFrame", "cancelAnimationFrame"],
  });
  restore = fakeFilms();
});
afterEach(() => {
  restore();
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

/** Films of these lengths, and their timeline. */
function show(...lengths: number[]) {
  const films = lengths.map((length) => {
    const film = document.createElement("video");
    fake(film).length = length;
    return film;
  });
  const hidden = new Set<HTMLVideoElement>();
  const changed = vi.fn();
  const moved = vi.fn();
  const line = timeline({ films: () => films, seen: (film) => !hidden.has(film), changed, moved });
  const places = () => films.map((film) => film.currentTime);
  const spread = () => Math.max(...places()) - Math.min(...places());
  return { films, hidden, changed, moved, line, places, spread };
}
const first = <T>(all: T[]) => all[0] as T;

test("all films play at one instant, and stand still at one", async () => {
  const { films, line, places, spread, moved } = show(4, 4, 4);
  first(films).currentTime = 1.3; // somebody has looked at this one
  line.play();
  await pass(1);
  expect(line.playing).toBe(true);
  expect(spread()).toBeLessThan(1 / 24);
  expect(places()[0]).toBeCloseTo(line.position(), 1);
  expect(moved.mock.calls.length).toBeGreaterThan(20);
  line.pause();
  await pass(0.1);
  expect(new Set(places()).size).toBe(1);
  expect(films.every((film) => film.paused)).toBe(true);
  const { length } = moved.mock.calls;
  await pass(5);
  expect(moved.mock.calls).toHaveLength(length);
  expect(vi.getTimerCount()).toBe(0);
});

test("a film that runs too fast or too slow is held in step by its speed, and is not set anew", async () => {
  const { films, line, spread } = show(60, 60, 60);
  line.play();
  await pass(1);
  fake(films[0] as HTMLVideoElement).hurry = 1.02;
  fake(films[1] as HTMLVideoElement).hurry = 0.97;
  const before = films.map((film) => fake(film).seeks);
  for (let second = 0; second < 20; second++) {
    await pass(1);
    expect(spread()).toBeLessThan(2 / 24);
  }
  expect(films.map((film) => fake(film).seeks)).toEqual(before);
  expect(new Set(films.map((film) => film.playbackRate)).size).toBe(3);
});

test("a film that stood still for long is set anew, and then not again", async () => {
  const { films, line, spread } = show(60, 60);
  line.play();
  await pass(1);
  const late = first(films);
  fake(late).hurry = 0;
  await pass(0.9);
  const before = fake(late).seeks;
  fake(late).hurry = 1;
  await pass(3);
  expect(spread()).toBeLessThan(2 / 24);
  expect(fake(late).seeks - before).toBeLessThanOrEqual(1);
});

test("a film that has not loaded is gone on without, and joins the others when it has", async () => {
  const { films, line, spread } = show(60, 60);
  const late = first(films);
  fake(late).loaded = false;
  line.play();
  await pass(2);
  expect(late.paused).toBe(true);
  expect(films[1]?.currentTime).toBeGreaterThan(1.5);
  fake(late).loaded = true;
  await pass(2);
  expect(late.paused).toBe(false);
  expect(spread()).toBeLessThan(2 / 24);
});

test("where none has loaded, the clock waits for the first", async () => {
  const { films, line } = show(60);
  fake(first(films)).loaded = false;
  line.play();
  await pass(3);
  expect(line.position()).toBe(0);
  fake(first(films)).loaded = true;
  await pass(1);
  expect(line.position()).toBeGreaterThan(0.7);
  expect(line.position()).toBeLessThan(1);
});

test("a short film holds its last frame until the longest is over, and all begin anew together", async () => {
  const { films, line, places, spread } = show(2, 3);
  line.play();
  await pass(2.6);
  expect(places()[0]).toBeGreaterThan(1.95);
  expect(films[0]?.paused).toBe(true);
  expect(places()[1]).toBeGreaterThan(2.3);
  await pass(1);
  expect(line.position()).toBeLessThan(1);
  expect(films.map((film) => film.paused)).toEqual([false, false]);
  expect(spread()).toBeLessThan(2 / 24);
});

test("without the loop it ends at the end, and plays from the start again", async () => {
  const { line, changed, places } = show(2, 2);
  line.setLoop();
  line.play();
  await pass(3);
  expect(line.playing).toBe(false);
  expect(line.position()).toBeCloseTo(2, 1);
  expect(changed).toHaveBeenCalledTimes(3);
  line.play();
  await pass(0.5);
  expect(line.position()).toBeLessThan(0.6);
  expect(Math.max(...places())).toBeLessThan(0.7);
});

test("slow motion slows all of them, from where they are", async () => {
  const { films, line, spread } = show(60, 60);
  line.play();
  await pass(2);
  const before = line.position();
  line.setSpeed();
  expect(line.speed).toBe(0.5);
  await pass(2);
  expect(line.position() - before).toBeCloseTo(1, 1);
  expect(spread()).toBeLessThan(2 / 24);
  expect(first(films).playbackRate).toBeCloseTo(0.5, 1);
});

test("the hand on the scrubber takes all films along, and they play on when it lets go", async () => {
  const { films, line, places } = show(10, 10);
  line.play();
  await pass(1);
  for (let at = 20; at < 80; at++) line.seek(at / 10, true);
  await pass(0.2);
  expect(films.every((film) => film.paused)).toBe(true);
  expect(places()).toEqual([places()[0], places()[0]]);
  expect(places()[0]).toBeCloseTo(7.9);
  expect(fake(first(films)).seeks, "no more than it can keep up with").toBeLessThan(6);
  line.seek(5);
  await pass(1);
  expect(films.map((film) => film.paused)).toEqual([false, false]);
  expect(line.position()).toBeGreaterThan(5.5);
  expect(line.position()).toBeLessThan(6.1);
});

test("steps of a frame add up, also where they come faster than films can follow", async () => {
  const { line, places } = show(4, 4);
  line.step(1);
  line.step(1);
  line.step(1);
  await pass(2);
  expect(places()[0]).toBeCloseTo(3.5 / 24, 3);
  line.step(-1);
  await pass(1);
  expect(places()[1]).toBeCloseTo(2.5 / 24, 6);
  expect(places()[0]).toBe(places()[1]);
});

test("a film out of view stands still, and catches up when it is seen again", async () => {
  const { films, hidden, line, spread } = show(60, 60);
  hidden.add(first(films));
  line.play();
  await pass(2);
  expect(first(films).paused).toBe(true);
  hidden.clear();
  await pass(2);
  expect(spread()).toBeLessThan(2 / 24);
});

test("while nothing plays, a new film comes to where the others are; at the very start it is left alone", async () => {
  const { films, line, places } = show(4, 4);
  first(films).currentTime = 2;
  await pass(0.1);
  line.update();
  await pass(0.1);
  expect(places()).toEqual([2, 0]);
  line.seek(1);
  await pass(0.1);
  films.push(document.createElement("video"));
  line.update();
  await pass(0.1);
  expect(places()).toEqual([1, 1, 1]);
});
