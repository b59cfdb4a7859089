// One output on the stage. What does not play says so, with a link: a card is never an empty box.

import { h, type JSX } from "preact";
import { Icon } from "./icons";
import { Link } from "./link";
import { page } from "./page";
import type { CardState, Output } from "./state";
import type { Frame } from "./ui";
import { hostOf, pictureUrl, webUrl } from "./url";

/** A tile of words where there is nothing to play. */
function Tile({ words, href }: { words: string; href?: string | null }) {
  return (
    <div class="rw-tile">
      {words}
      {href && <Link href={href}>open on {hostOf(href)}</Link>}
    </div>
  );
}

type Shown = Pick<Frame, "state" | "ui">;

/** Where an output plays from; null where it cannot. */
export function source({ state, ui }: Shown, index: number): string | null {
  return state._face.instead[index]?.words || ui.broken[index] ? null : webUrl(state.outputs[index]?.url ?? "");
}

/** What stands in the place of an output that does not play. */
export function notPlaying({ state, ui }: Shown, index: number) {
  const instead = state._face.instead[index];
  const picture = pictureUrl(instead?.picture ?? "");
  return picture ? (
    <img class="rw-media" src={picture} alt={nameOf(state)} />
  ) : (
    <Tile
      words={instead?.words || (ui.renewing ? "asking for a new link" : "cannot play here")}
      href={instead?.link === false ? null : webUrl(state.outputs[index]?.url ?? "")}
    />
  );
}

/** What an output is called. */
export const nameOf = ({ _request: request, _face: face }: CardState) => request.prompt || `Output of ${face.title}`;

/** In a grid only the take under the pointer plays. By touch, and where reduced motion is preferred, the controls start it. */
function hover({ type, pointerType, currentTarget }: JSX.TargetedPointerEvent<HTMLElement>) {
  const video = currentTarget.firstElementChild as HTMLVideoElement;
  if (pointerType === "touch") return;
  if (type === "pointerleave") video.pause();
  else if (!matchMedia("(prefers-reduced-motion: reduce)").matches) video.play().catch(() => {});
}

function Player(frame: Frame & { output: Output; index: number }) {
  const { output, index, state, ui, act, compact } = frame;
  const url = source(frame, index);
  if (!url) return notPlaying(frame, index);

  const shared = {
    key: url,
    class: "rw-media",
    src: url,
    onError: () => act.failed(index),
  };
  const name = nameOf(state);
  if (output.kind === "video")
    return (
      <div
        class="rw-film"
        key={url}
        onPointerEnter={compact ? hover : undefined}
        onPointerLeave={compact ? hover : undefined}
      >
        <video
          {...shared}
          poster={(!ui.noStill && pictureUrl(state._request.still)) || undefined}
          // In a grid the second bundle has controls for all of them.
          controls={!compact || !page.after}
          muted
          loop
          playsInline
          preload="metadata"
          aria-label={name}
          onLoadedMetadata={({ currentTarget: video }) => act.measured(video.videoWidth, video.videoHeight)}
        />
        {page.after?.cover(frame)}
      </div>
    );
  if (output.kind === "image")
    return (
      <Link href={url} title="Open the picture">
        <img
          {...shared}
          alt={name}
          onLoad={({ currentTarget: img }) => act.measured(img.naturalWidth, img.naturalHeight)}
        />
      </Link>
    );
  return (
    <div class="rw-tile">
      <Icon name="audio" />
      <audio {...shared} class="" controls preload="metadata" aria-label={name} />
    </div>
  );
}

/** The outputs of a finished task: one fills the stage, several share it. */
export function Outputs(frame: Frame) {
  const { outputs } = frame.state;
  if (outputs.length === 0) return <Tile words="No output" />;
  return (
    <div class="rw-outputs">
      {outputs.map((output, index) => (
        <Player key={index} {...frame} output={output} index={index} />
      ))}
    </div>
  );
}
