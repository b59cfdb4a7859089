// Draws every state with a fake model: to look at, to photograph, and for axe. ?theme=jp-dark&width=260&only=success

import { start } from "../src/after";
import { kit } from "../src/kit";
import { page } from "../src/page";
import type { State } from "../src/state";
import widget from "../src/widget";
import { FakeModel } from "../test/model";
import { everyGrid, everyState, NOW } from "../test/states";
import { themes } from "./themes";

page.after = start(kit); // as if the second bundle had come
const query = new URLSearchParams(location.search);
const theme = themes[query.get("theme") ?? "plain"];
const base = new URL("media/", location.href).href;
const states = everyState(base);
const grids = everyGrid(base);

for (const [name, value] of Object.entries(theme?.variables ?? {}))
  document.documentElement.style.setProperty(name, value);
document.body.className = theme?.body ?? "";
if (theme?.light !== undefined) document.body.dataset.jpThemeLight = String(theme.light);
if (theme) document.body.style.background = theme.page;

const width = query.get("width");

/** A state as if it had been written just now; the differences to `NOW` stay. */
function present<T extends Pick<State, "_face" | "_clock">>(written: T): T {
  const later = Date.now() / 1000 - NOW;
  const { _face: face, _clock: clock } = written;
  return {
    ...written,
    _face: { ...face, expires: face.expires && face.expires + later },
    _clock: { ...clock, at: clock.at + later },
  };
}

const all: [string, object][] = [
  ...Object.entries(states).map(([name, state]) => [name, present(state)] as [string, object]),
  ...Object.entries(grids).map(
    ([name, grid]) => [`grid: ${name}`, { ...grid, _takes: grid._takes.map(present) }] as [string, object],
  ),
];

for (const [name, state] of all) {
  if (query.has("only") && query.get("only") !== name) continue;
  const figure = document.body.appendChild(document.createElement("figure"));
  figure.dataset.name = name;
  if ("_takes" in state) figure.className = "wide";
  if (width) figure.style.width = `${width}px`;
  figure.appendChild(document.createElement("figcaption")).textContent = name;
  let el = figure.appendChild(document.createElement("div"));
  if (theme?.shadow) {
    const shadow = el.attachShadow({ mode: "open" });
    const style = shadow.appendChild(document.createElement("link"));
    style.rel = "stylesheet";
    style.href = "widget.css";
    el = shadow.appendChild(document.createElement("div"));
  }
  widget.render({ model: new FakeModel(state), el });
}
