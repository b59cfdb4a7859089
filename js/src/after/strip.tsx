// All that there is to look at, small, in a row: which one is seen, which have a star, and a way to each.

import { h } from "preact";
import { Icon } from "../icons";
import { source } from "../media";
import { nameOfShot } from "./margins";
import type { Owner } from "./owner";
import { type Shot, same } from "./shots";
import { STAR } from "./star";

/** As many on either side of the present one have a picture: each film that is loaded costs the page something. */
const NEAR = 12;

const intoView = (button: HTMLElement | null) => {
  if (button?.getAttribute("aria-current") === "true") button.scrollIntoView({ block: "nearest", inline: "nearest" });
};

export function strip(owner: Owner, all: Shot[], present: Shot, other: Shot | null, go: (to: Shot) => void) {
  if (all.length < 2) return null;
  const at = all.findIndex((each) => same(each, present));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame of its own
    <div class="rw-strip" role="group" aria-label="Takes">
      {all.map((shot, index) => {
        const take = owner.takes[shot.take];
        const url = take && Math.abs(index - at) <= NEAR ? source(take, shot.output) : null;
        const name = nameOfShot(owner, shot);
        const film = take?.state.outputs[shot.output]?.kind === "video";
        const media = { class: "rw-media", src: url ?? "", key: url };
        return (
          <button
            type="button"
            key={`${shot.take} ${shot.output}`}
            ref={index === at ? intoView : undefined}
            aria-label={`${name.startsWith("[") ? `Take ${name}` : `O${name.slice(1)}`}${take?.state._face.picked ? ", with a star" : ""}`}
            aria-current={same(shot, present)}
            data-other={same(shot, other) || undefined}
            onClick={() => go(shot)}
          >
            {url &&
              (film ? (
                <video {...media} muted playsInline preload="metadata" tabIndex={-1} />
              ) : (
                <img {...media} alt="" />
              ))}
            <span>
              {name}
              {take?.state._face.picked && <Icon name={STAR} />}
            </span>
          </button>
        );
      })}
    </div>
  );
}
