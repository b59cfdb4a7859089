// What stands round the picture in the viewer: what it is, what can be done with it, and what there is to say.

import { Fragment, h } from "preact";
import { Button } from "../actions";
import { linkLine } from "../lines";
import { numberOf, type Owner } from "./owner";
import { shapes } from "./shapes";
import type { Shot } from "./shots";
import { star } from "./star";
import { Tool } from "./tool";

export interface Deeds {
  /** On to the next take (1), or back (-1). */
  goOn(by: number): void;
  keep(): void;
  compare(): void;
  hear(): void;
  close(): void;
  copy(text: string, from: HTMLElement): void;
}

/** How the viewer stands. */
export interface Standing {
  present: Shot;
  other: Shot | null;
  /** How many there are to look at. */
  number: number;
  sound: boolean;
  /** The present one moves. */
  film: boolean;
  /** The present take's frame is on its way to a file. */
  keeping: boolean;
  copied: boolean;
}

/** The name of an output, as short as it tells it from the others: "[2]", "[2] output 1", "output 1". */
export function nameOfShot(owner: Owner, { take, output }: Shot): string {
  const several = (owner.takes[take]?.state.outputs.length ?? 0) > 1;
  return [numberOf(owner, take), several && `output ${output + 1}`].filter(Boolean).join(" ");
}

/** Which take it is; of two, which is where. */
export function caption(owner: Owner, { present, other }: Standing) {
  const facts = owner.takes[present.take]?.state._request.facts ?? [];
  const prompt = owner.takes[present.take]?.state._request.prompt;
  return (
    <p class="rw-caption" dir="auto" aria-live="polite">
      <b>
        {other
          ? `${nameOfShot(owner, present)} left · ${nameOfShot(owner, other)} right`
          : [nameOfShot(owner, present), ...facts.map(({ text }) => text)].filter(Boolean).join(" · ")}
      </b>
      <span class="rw-small">{prompt}</span>
    </p>
  );
}

export function tools(owner: Owner, { present, other, number, sound, film, keeping }: Standing, deeds: Deeds) {
  const take = owner.takes[present.take];
  return (
    <div class="rw-row rw-tools">
      {number > 1 && (
        <>
          <Tool icon={shapes.previous} name="Previous take" press="←" onClick={() => deeds.goOn(-1)} />
          <Tool icon={shapes.next} name="Next take" press="→" onClick={() => deeds.goOn(1)} />
        </>
      )}
      {take && star({ ...take, gone: owner.gone })}
      {film && !owner.gone && (
        <Tool icon={shapes.frame} name="Keep this frame" press="k" aria-disabled={keeping} onClick={deeds.keep} />
      )}
      {number > 1 && (
        <Tool icon={shapes.wipe} name="Compare two" press="w" aria-pressed={!!other} onClick={deeds.compare} />
      )}
      {film && (
        <Tool
          icon={sound ? shapes.sound : shapes.muted}
          name="Sound"
          press="m"
          aria-pressed={sound}
          onClick={deeds.hear}
        />
      )}
      <Tool icon={shapes.close} name="Close" press="Esc" onClick={deeds.close} />
    </div>
  );
}

/** What Python says of the take: a frame that was kept, and the line that uses it; trouble; and how long its link lasts. */
export function foot(owner: Owner, { present, keeping, copied }: Standing, deeds: Deeds) {
  const take = owner.takes[present.take];
  if (!take) return null;
  const { frame, note, expires } = take.state._face;
  const expired = Date.now() >= (expires ?? Infinity) * 1000;
  const lost = expired || take.ui.broken[present.output];
  return (
    <div class="rw-row rw-foot rw-small" role="status">
      {keeping ? (
        "keeping the frame"
      ) : frame ? (
        <>
          frame kept:
          <code class="rw-line" title={frame}>
            {frame}
          </code>
          <Button
            icon={copied ? "done" : "copy"}
            title="Copy the line that uses it"
            onClick={({ currentTarget }) => deeds.copy(frame, currentTarget)}
          />
        </>
      ) : null}
      <span class="rw-line" dir="auto">
        {[note, linkLine({ ...take, expired })].filter(Boolean).join(" · ")}
      </span>
      {lost && !owner.gone && take.state._actions.includes("renew") && (
        <Button text="Renew" title="Renew the link" aria-disabled={take.ui.renewing} onClick={take.act.renew} />
      )}
    </div>
  );
}
