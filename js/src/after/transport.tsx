// The buttons of a timeline, and its scrubber. The bar of a grid is this, and the viewer has it too.

import { h } from "preact";
import { deedOf } from "./keys";
import { shapes } from "./shapes";
import type { Timeline } from "./timeline";
import { Tool } from "./tool";

const SPEEDS: Record<number, string> = { 1: "1×", 0.5: "½×", 0.25: "¼×" };

/** An instant as a stopwatch shows it: "0:02.46". */
export function instant(seconds: number): string {
  const hundredths = Math.floor(Math.max(0, seconds) * 100 + 1e-3);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${Math.floor(hundredths / 6000)}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
}

/** `what` the buttons move: "all takes"; with `time`, the instant stands there in words. */
export function transport(line: () => Timeline, what: string, time = false) {
  let range: HTMLInputElement | null = null;
  let words: HTMLElement | null = null;

  /** Shows where the timeline stands. */
  function moved() {
    const [at, end] = [line().position(), line().length()];
    const text = `${instant(at)} of ${instant(end)}`;
    if (range) {
      range.max = `${end || 1}`;
      range.value = `${at}`;
      range.style.setProperty("--rw-at", `${(at / (end || 1)) * 100}%`);
      range.ariaValueText = text;
    }
    if (words) words.textContent = text.replace("of", "/");
  }
  const takeRange = (element: HTMLInputElement | null) => {
    range = element;
    moved();
  };
  const takeWords = (element: HTMLElement | null) => {
    words = element;
    moved();
  };

  /** What a key does here, if it does anything here. */
  function press(event: KeyboardEvent): boolean {
    const on = event.target as HTMLElement;
    const deed = deedOf(event);
    if (on === range && event.key === "ArrowUp") line().step(1);
    else if (on === range && event.key === "ArrowDown") line().step(-1);
    else if (deed === "play" && on.localName !== "button") line().toggle();
    else if (deed === "back" || deed === "on") line().step(deed === "on" ? 1 : -1);
    else if (deed === "loop") line().setLoop();
    else if (deed === "speed") line().setSpeed();
    else return false;
    return true;
  }

  function draw() {
    const { playing, loop, speed } = line();
    return (
      <div class="rw-transport">
        <Tool
          icon={playing ? shapes.pause : shapes.play}
          name={`${playing ? "Pause" : "Play"} ${what}`}
          press="Space"
          onClick={line().toggle}
        />
        <Tool icon={shapes.back} name="One frame back" press="," onClick={() => line().step(-1)} />
        <Tool icon={shapes.on} name="One frame on" press="." onClick={() => line().step(1)} />
        <input
          type="range"
          class="rw-range"
          min="0"
          step="0.01"
          aria-label={`The instant of ${what}`}
          ref={takeRange}
          onInput={({ currentTarget }) => line().seek(+currentTarget.value, true)}
          onChange={({ currentTarget }) => line().seek(+currentTarget.value)}
        />
        {time && <span class="rw-small rw-time" ref={takeWords} />}
        <button
          type="button"
          class="rw-button"
          title="Speed (s)"
          aria-label={`Speed: ${SPEEDS[speed]}`}
          onClick={line().setSpeed}
        >
          {SPEEDS[speed]}
        </button>
        <Tool icon={shapes.loop} name="Loop" press="l" aria-pressed={loop} onClick={line().setLoop} />
      </div>
    );
  }
  return { draw, moved, press };
}
