// Draws every state with a fake model: to look at, to photograph, and for axe. ?theme=jp-dark&width=260&only=success

import { render as draw } from "preact";
import { take } from "../src/take";
import widget from "../src/widget";
import { FakeModel } from "../test/model";
import { everyState, NOW } from "../test/states";
import { themes } from "./themes";

const query = new URLSearchParams(location.search);
const theme = themes[query.get("theme") ?? "plain"];
const base = new URL("media/", location.href).href;
const states = everyState({
  still: `${base}dusk.jpg`,
  video: `${base}dusk.mp4`,
  images: ["dawn", "noon", "dusk", "night"].map((n) => `${base}${n}.jpg`),
  portrait: `${base}dawn-portrait.mp4`,
  audio: `${base}wind.m4a`,
});

for (const [name, value] of Object.entries(theme?.variables ?? {}))
  document.documentElement.style.setProperty(name, value);
document.body.className = theme?.body ?? "";
if (theme?.light !== undefined) document.body.dataset.jpThemeLight = String(theme.light);
if (theme) document.body.style.background = theme.page;

const width = query.get("width");
for (const [name, written] of Object.entries(states)) {
  const at = written._clock.at - NOW + Date.now() / 1000;
  const state = { ...written, _clock: { ...written._clock, at } };
  if (query.has("only") && query.get("only") !== name) continue;
  const figure = document.body.appendChild(document.createElement("figure"));
  figure.dataset.name = name;
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
  if (query.has("compact"))
    draw(
      take(
        state,
        () => {},
        () => {},
      ).card(true),
      el,
    );
  else widget.render({ model: new FakeModel(state), el });
}
