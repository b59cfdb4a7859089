// The stage: one box in the asked shape. It holds the still while the task runs and the output when it is done, so that nothing
// jumps; the progress bar lies on its lower edge.

import { h } from "preact";
import { percent, ratioOf } from "./format";
import { Icon, type IconName } from "./icons";
import { Outputs } from "./media";
import type { Seen } from "./state";
import type { Frame, Ui } from "./ui";
import { pictureUrl } from "./url";

/** What will stand here, from what was asked. */
function awaited({ _face: face }: Seen): IconName {
  if (/image$|image upscale/i.test(face.title)) return "image";
  return /speech|sound|voice|audio/i.test(face.title) ? "audio" : "video";
}

/** Width over height: as asked for, else as the medium is, else 16:9. Two side by side are twice as wide; sound is low. */
export function stageRatio(state: Seen, ui: Ui): number {
  const one = ratioOf(state._request.ratio) ?? ui.ratio ?? (awaited(state) === "audio" ? 3.2 : 16 / 9);
  return state.outputs.length === 2 ? one * 2 : one;
}

function Bar({ state }: Frame) {
  const { bar, word } = state._face;
  if (bar === "none") return null;
  const now = bar === "determinate" ? percent(state.progress) : undefined;
  return (
    <div class="rw-bar" role="progressbar" aria-label="Progress" aria-valuenow={now} aria-valuetext={word}>
      <i style={now === undefined ? "" : `transform:scaleX(${now / 100})`} />
    </div>
  );
}

/** Where nothing was sent and nothing will come, a card by itself has no stage; among others it stays in line. */
export function Stage(frame: Frame) {
  const { state, ui, act, compact } = frame;
  const still = ui.noStill ? null : pictureUrl(state._request.still);
  if (!still && !compact && state._face.stage === "grey") return null;
  return (
    <div class={`rw-stage rw-${state._face.stage}`}>
      {state.status === "SUCCESS" ? (
        Outputs(frame)
      ) : still ? (
        <img
          class="rw-media"
          src={still}
          alt="The still that was sent"
          onError={() => act.set({ noStill: true })}
          onLoad={({ currentTarget: img }) => act.measured(img.naturalWidth, img.naturalHeight)}
        />
      ) : (
        <div class="rw-tile">
          <Icon name={awaited(state)} />
        </div>
      )}
      {Bar(frame)}
    </div>
  );
}
