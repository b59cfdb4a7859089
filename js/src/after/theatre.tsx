// Where the viewer shows films and pictures: the one that is looked at, with its neighbours behind it, so that one flips through
// them at once; and over it, as far as the wipe uncovers it, the one that it is compared with.

import { h, type JSX } from "preact";
import { nameOf, notPlaying, source } from "../media";
import { stageRatio } from "../stage";
import type { Take } from "../take";
import { type Shot, same } from "./shots";
import { wipeAfter, wipeAt } from "./steps";

export interface Scene {
  takes: Take[];
  /** Those that are on the page, to be seen or not. */
  loaded: Shot[];
  /** The one that is seen: the present one, or the last one until that has a picture. */
  seen: Shot;
  present: Shot;
  /** What the wipe uncovers, at its right; null without one. */
  other: Shot | null;
  /** Where the wipe stands, in per cent of the width. */
  wipe: number;
  /** The present one is to be heard. */
  sound: boolean;
  name(shot: Shot): string;
}

interface Deeds {
  redraw(): void;
  setWipe(to: number): void;
  toggle(): void;
}

/** A name for a place in the drawing; a new link makes a new one. */
const keyOf = ({ take, output }: Shot, url: string | null) => `${take} ${output} ${url}`;

export function theatre(scene: Scene, { redraw, setWipe, toggle }: Deeds) {
  const { takes, loaded, seen, present, other, wipe, sound, name } = scene;

  function picture(shot: Shot) {
    const take = takes[shot.take];
    if (!take) return null;
    const { state, act } = take;
    const url = source(take, shot.output);
    const over = same(shot, other);
    const on = over || same(shot, seen);
    const shared = {
      key: keyOf(shot, url),
      "data-shot": `${shot.take} ${shot.output}`,
      class: `rw-shot ${on ? "rw-on" : ""} ${over ? "rw-over" : ""}`,
      style: over ? `clip-path:inset(0 0 0 ${wipe}%)` : "",
      "aria-hidden": !on,
    };
    if (!url) return <div {...shared}>{notPlaying(take, shot.output)}</div>;
    const media = { ...shared, src: url, onError: () => act.failed(shot.output) };
    const label = `${name(shot)} ${nameOf(state)}`;
    return state.outputs[shot.output]?.kind === "video" ? (
      <video
        {...media}
        muted={!(sound && same(shot, present))}
        playsInline
        preload="auto"
        aria-label={label}
        onLoadedData={redraw}
        onSeeked={redraw}
      />
    ) : (
      <img {...media} alt={label} onLoad={redraw} />
    );
  }

  function drag(event: JSX.TargetedPointerEvent<HTMLElement>) {
    const { currentTarget: handle, pointerId, type, clientX } = event;
    if (type === "pointerdown") handle.setPointerCapture(pointerId);
    if (handle.hasPointerCapture(pointerId))
      setWipe(wipeAt(clientX, handle.parentElement?.getBoundingClientRect() as DOMRect));
  }

  const shown = takes[seen.take];
  return (
    <div class="rw-theatre">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button below has the same by keyboard */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Space is the viewer's */}
      <div
        class="rw-screen"
        style={`--rw-shape:${shown ? stageRatio({ ...shown.state, outputs: [] }, shown.ui) : 1}`}
        onClick={toggle}
      >
        {loaded.map(picture)}
        {other && (
          <div
            class="rw-wipe"
            style={`left:${wipe}%`}
            role="slider"
            tabIndex={0}
            title="Drag, or ← and → (w ends it)"
            aria-label={`Wipe between ${name(present)} and ${name(other)}`}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(wipe)}
            aria-valuetext={`${Math.round(wipe)} % ${name(present)}`}
            onPointerDown={drag}
            onPointerMove={drag}
            onClick={(event) => event.stopPropagation()}
            onKeyDown={(event) => {
              const to = wipeAfter(event.key, wipe, event.shiftKey);
              if (to === null) return;
              event.preventDefault();
              event.stopPropagation();
              setWipe(to);
            }}
          />
        )}
      </div>
    </div>
  );
}
