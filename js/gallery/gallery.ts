// Draws every state with a fake model: to look at, to photograph, and for axe. ?theme=jp-dark&width=260&only=success

import type { State } from "../src/state";
import widget from "../src/widget";
import { FakeModel } from "../test/model";
import { everyState, gridOf, NOW, notCreated } from "../test/states";
import { themes } from "./themes";

const query = new URLSearchParams(location.search);
const theme = themes[query.get("theme") ?? "plain"];
const base = new URL("media/", location.href).href;
const media = {
  still: `${base}dusk.jpg`,
  video: `${base}dusk.mp4`,
  images: ["dawn", "noon", "dusk", "night"].map((n) => `${base}${n}.jpg`),
  portrait: `${base}dawn-portrait.mp4`,
  audio: `${base}wind.m4a`,
};
const states = everyState(media);

/** A take among others: the same request with another seed, another output, or a number of its own. */
const as = (written: State, seed: number, output?: string, progress = written.progress): State => ({
  ...written,
  progress,
  outputs: output ? [{ url: `${base}${output}`, kind: output.endsWith("mp4") ? "video" : "image" }] : [],
  _face: {
    ...written._face,
    word: written._face.word.replace(/\d+ %/, `${Math.round(progress * 100)} %`),
  },
  _request: { ...written._request, facts: ["gen4_turbo", "1280:720", "5 s", `seed ${seed}`] },
});
const { running, queue, success, failure, retrying, cancelled } = states;
const saved: State = { ...success, _face: { ...success._face, save: "saved" } };
const armed: State = { ...running, _face: { ...running._face, save: "armed" } };
const text = (written: State): State => ({ ...written, _request: { ...written._request, still: "" } });
const tall = (written: State): State => ({
  ...written,
  _request: { ...written._request, still: "", ratio: "720:1280" },
});
const offered = (written: State): State => ({ ...written, _actions: ["save"] });

const grids = {
  "four takes, one not created": gridOf(
    [
      as(running, 421734, undefined, 0.62),
      as(offered(success), 90211, "dusk.mp4"),
      as(notCreated(), 3318),
      as(running, 2750163, undefined, 0.31),
    ],
    "2 running · 1 done · 1 failed",
    { left: 34 },
  ),
  "nine takes in mid-run": gridOf(
    [
      as(offered(success), 421, "dawn.mp4"),
      as(running, 4294967295, undefined, 0.87),
      as(failure, 77),
      as(armed, 1024, undefined, 0.4),
      as(saved, 8, "night.mp4"),
      as(retrying, 91, undefined, 0.35),
      as(queue, 5555),
      as(cancelled, 31),
      as(queue, 12),
    ],
    "3 running · 2 waiting · 2 done · 1 failed · 1 cancelled",
    { left: 72 },
  ),
  "two tall takes of three columns": gridOf(
    [as(tall(offered(success)), 5, "dawn-portrait.mp4"), as(tall(running), 6, undefined, 0.2)],
    "1 running · 1 done",
    { left: 50, columns: 3 },
  ),
  "from words alone, one failed": gridOf(
    [as(text(running), 1, undefined, 0.5), as(text(failure), 2), as(text(offered(success)), 3, "noon.mp4")],
    "1 done · 1 failed · 1 running",
    { columns: 3 },
  ),
};

for (const [name, value] of Object.entries(theme?.variables ?? {}))
  document.documentElement.style.setProperty(name, value);
document.body.className = theme?.body ?? "";
if (theme?.light !== undefined) document.body.dataset.jpThemeLight = String(theme.light);
if (theme) document.body.style.background = theme.page;

const width = query.get("width");

function now(written: State): State {
  const at = written._clock.at - NOW + Date.now() / 1000;
  return { ...written, _clock: { ...written._clock, at } };
}

for (const [name, written] of Object.entries<object>({ ...states, ...grids })) {
  const state = "_clock" in written ? now(written as State) : written;
  if (query.has("only") && query.get("only") !== name) continue;
  const figure = document.body.appendChild(document.createElement("figure"));
  figure.dataset.name = name;
  if (name in grids) figure.className = "wide";
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
