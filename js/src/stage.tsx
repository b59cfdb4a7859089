// The stage: one box in the asked shape. It holds the still while the task runs and the output when it is done, so that nothing
// jumps; the progress bar lies on its lower edge.

import { h } from "preact";
import { shape } from "./format";
import { Icon } from "./icons";
import { Outputs } from "./media";
import type { CardState } from "./state";
import type { Frame, Ui } from "./ui";
import { pictureUrl } from "./url";

/** Width over height: as asked for, else as the medium is, else 16:9. Two side by side are twice as wide; sound is low. */
export function stageRatio({ _face: face, _request: request, outputs }: CardState, ui: Ui): number {
  const one = shape(request.ratio ?? 0, 1) ?? ui.ratio ?? (face.kind === "audio" ? 3.2 : 16 / 9);
  return outputs.length === 2 ? one * 2 : one;
}

function Bar({ state }: Frame) {
  const { bar, percent, word } = state._face;
  if (bar === "none") return null;
  return (
    <div
      class="rw-bar"
      role="progressbar"
      aria-label="Progress"
      aria-valuenow={percent ?? undefined}
      aria-valuetext={word}
    >
      <i style={percent === null ? "" : `transform:scaleX(${percent / 100})`} />
    </div>
  );
}

/** Where nothing was sent and nothing will come, a single card has no stage; in a grid it keeps one, to stay in line. */
export function Stage(frame: Frame) {
  const { state, ui, act, compact } = frame;
  const { kind, stage } = state._face;
  const still = ui.noStill ? null : pictureUrl(state._request.still);
  if (!still && !compact && stage === "grey") return null;
  return (
    <div class={`rw-stage rw-${stage}`}>
      {state.status === "SUCCESS" && stage !== "kept" ? (
        Outputs(frame)
      ) : still ? (
        <img
          class="rw-media"
          src={still}
          alt={stage === "kept" ? state._request.prompt : "The still that was sent"}
          onError={() => act.set({ noStill: true })}
          onLoad={({ currentTarget: img }) => act.measured(img.naturalWidth, img.naturalHeight)}
        />
      ) : (
        <div class="rw-tile">
          <Icon name={kind === "unknown" ? "video" : kind} />
        </div>
      )}
      {Bar(frame)}
    </div>
  );
}
