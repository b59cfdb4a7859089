// Copying the id and the links, also where a page has no clipboard.

import { afterEach, expect, test, vi } from "vitest";
import { fakeTime, mount } from "./mount";
import { everyState, ID } from "./states";

fakeTime();

const states = everyState();
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

const clipboard = (writeText?: (text: string) => Promise<void>) =>
  vi.stubGlobal("navigator", { ...navigator, clipboard: writeText && { writeText } });
afterEach(() => vi.unstubAllGlobals());

test("puts the whole id on the clipboard and says so for a moment", async () => {
  const write = vi.fn(() => Promise.resolve());
  clipboard(write);
  const { button, words } = mount(states.queue);
  button("Copy the task id").click();
  await pass(0);
  expect(write).toHaveBeenCalledWith(ID);
  expect(words()).toContain("copied");
  await pass(2);
  expect(words()).not.toContain("copied");
});

test("says it for the whole moment, also where something else was copied just before", async () => {
  clipboard(() => Promise.resolve());
  const { button, words } = mount(states.success);
  button("Copy the task id").click();
  await pass(1);
  button("Copy the link").click();
  await pass(1);
  expect(words()).toContain("copied");
  await pass(1);
  expect(words()).not.toContain("copied");
});

test("puts the links of several outputs on lines of their own", async () => {
  const write = vi.fn((_: string) => Promise.resolve());
  clipboard(write);
  const card = mount(states["success, two images"]);
  card.button("Copy the links").click();
  await pass(0);
  expect(write.mock.calls[0]?.[0].split("\n")).toEqual(
    states["success, two images"].outputs.map((output) => output.url),
  );
});

test("works without a clipboard, by way of a selection, and gives the focus back", async () => {
  clipboard();
  let copied = "";
  document.execCommand = () => {
    const field = document.querySelector("textarea") as HTMLTextAreaElement;
    field.focus(); // as selecting it does in a browser
    copied = field.value;
    return true;
  };
  const { button, words, el } = mount(states.success);
  button("Copy the link").focus();
  button("Copy the link").click();
  await pass(0);
  expect(copied).toBe("https://media.example/dusk.mp4?_jwt=secret");
  expect(words()).toContain("copied");
  expect(el.querySelector("textarea")).toBeNull();
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Copy the link");
});

test("admits it where nothing works", async () => {
  clipboard(() => Promise.reject(new Error("denied")));
  document.execCommand = () => false;
  const { button, words } = mount(states.queue);
  button("Copy the task id").click();
  await pass(0);
  expect(words()).toContain("could not copy");
});
