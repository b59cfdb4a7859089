// The viewer: one take large, in the page's top layer, and how one goes from it to the others.
//
// It lives on where its view is taken away while another one comes for the same takes, as happens when a grid ends.

import { h, render } from "preact";
import { copyText } from "../copy";
import { isKnown } from "./film";
import { deedOf } from "./keys";
import { caption, type Deeds, foot, nameOfShot, type Standing, tools } from "./margins";
import { idsOf, type Owner } from "./owner";
import { further, type Shot, same, shots } from "./shots";
import { within } from "./steps";
import { strip } from "./strip";
import { adopt } from "./style";
import { theatre } from "./theatre";
import { timeline } from "./timeline";
import { transport } from "./transport";

/** Milliseconds for which the last picture stays while the next one loads. */
const LINGER = 800;
/** Milliseconds for which one waits for a frame to be kept, and for which the viewer says "copied". */
const KEEPING = 15_000;
const COPIED = 1600;

export type Viewer = ReturnType<typeof openViewer>;

/** Opens one of a view's takes at the instant `from`. `closed` hears which take was looked at last. */
export function openViewer(owner: Owner, first: Shot, from: number, closed: (owner: Owner, last: number) => void) {
  let present = first;
  let seen = first;
  let before: Shot | null = null;
  let other: Shot | null = null;
  let wipe = 50;
  let sound = false;
  let begun = false;
  let copied = false;
  /** The take of which a frame is being kept, and what was said of its frames until then. */
  let keeping: { take: number; said: string; what: string } | null = null;
  /** The frame that was kept last. Once more it would be no news, and nothing would come. */
  let kept = "";
  let linger: ReturnType<typeof setTimeout> | undefined;
  const timers = new Set<ReturnType<typeof setTimeout>>();

  const dialog = document.createElement("dialog");
  dialog.className = "rw rw-viewer";
  dialog.tabIndex = -1;
  dialog.dataset.lmSuppressShortcuts = "true"; // those of JupyterLab and Notebook 7
  dialog.setAttribute("aria-label", "Takes, large");

  const line = timeline({
    films: () => [...dialog.querySelectorAll<HTMLVideoElement>("video.rw-shot")],
    seen: () => true,
    changed: draw,
    moved: () => buttons.moved(),
  });
  const buttons = transport(() => line, "the take", true);
  const all = () => shots(owner.takes);
  const later = (ms: number, then: () => void) => timers.add(setTimeout(then, ms));
  const mediumOf = ({ take, output }: Shot) => dialog.querySelector(`[data-shot="${take} ${output}"]`);

  function standing(): Standing {
    const film = owner.takes[present.take]?.state.outputs[present.output]?.kind === "video";
    const number = all().length;
    return { present, other, number, sound, film, copied, keeping: keeping?.take === present.take };
  }

  function draw() {
    if (!dialog.open) return;
    const list = all();
    if (!list.some((each) => same(each, present))) return;
    if (keeping && owner.takes[keeping.take]?.state._face.frame !== keeping.said) {
      kept = keeping.what;
      keeping = null;
    }
    const near = [present, seen, other, further(list, present, 1), further(list, present, -1)];
    const loaded = list.filter((each) => near.some((shot) => same(each, shot)));
    const now = standing();
    const name = (shot: Shot) => nameOfShot(owner, shot);
    render(
      <div class="rw-look">
        <div class="rw-row rw-margin">
          {caption(owner, now)}
          {tools(owner, now, deeds)}
        </div>
        {theatre(
          { takes: owner.takes, loaded, seen, present, other, wipe, sound, name },
          { redraw: settle, setWipe, toggle },
        )}
        <div class="rw-row rw-margin">{now.film && buttons.draw()}</div>
        {strip(owner, list, present, other, go)}
        {foot(owner, now, deeds)}
      </div>,
      dialog,
    );
    // What had the focus may be gone, as the wipe's handle is; without it no key would arrive.
    if (!dialog.contains((dialog.getRootNode() as Document).activeElement)) dialog.focus({ preventScroll: true });
    line.update();
  }

  /** The present take is seen as soon as it has a picture; with the first one it begins, unless no motion is wanted. */
  function settle() {
    const medium = mediumOf(present);
    if (medium instanceof HTMLVideoElement && medium.readyState < 2) return;
    seen = present;
    if (!begun) {
      begun = true;
      line.seek(from);
      if (!matchMedia("(prefers-reduced-motion: reduce)").matches) line.play();
    }
    draw();
  }

  /** Looks at another take, at the same instant; while two are compared, the right one is exchanged. */
  function go(to: Shot) {
    if (other && !same(to, present)) other = to;
    else if (!other && !same(to, present)) {
      before = present;
      present = to;
      clearTimeout(linger);
      linger = setTimeout(() => {
        seen = present;
        draw();
      }, LINGER);
    }
    draw();
    settle();
  }

  function setWipe(to: number) {
    wipe = to;
    draw();
  }

  function toggle() {
    if (standing().film) line.toggle();
  }

  const deeds: Deeds & { pick(): void } = {
    pick: () => !owner.gone && owner.takes[present.take]?.act.ask("pick"),
    goOn(by) {
      const list = all();
      const next = further(list, other ?? present, by);
      go(other && same(next, present) ? further(list, next, by) : next);
    },
    hear() {
      sound = !sound;
      draw();
    },
    compare() {
      const list = all();
      const last = list.find((each) => same(each, before) && !same(each, present));
      other = other || list.length < 2 ? null : (last ?? further(list, present, 1));
      wipe = 50;
      draw();
      if (other) dialog.querySelector<HTMLElement>("[role=slider]")?.focus();
    },
    keep() {
      const take = owner.takes[present.take];
      const film = mediumOf(present);
      if (!take || owner.gone || !(film instanceof HTMLVideoElement && isKnown(film))) return;
      if (line.playing) line.pause();
      const at = within(line.position(), film.duration);
      const what = `${present.take} ${present.output} ${at}`;
      if (what === kept) return;
      const mine = { take: present.take, said: take.state._face.frame, what };
      keeping = mine;
      later(KEEPING, () => {
        if (keeping === mine) keeping = null;
        draw();
      });
      take.act.ask("frame", { output: present.output, at });
      draw();
    },
    async copy(text, from) {
      copied = await copyText(text, from);
      draw();
      later(COPIED, () => {
        copied = false;
        draw();
      });
    },
    close: () => dialog.close(),
  };

  function onKey(event: KeyboardEvent) {
    event.stopPropagation(); // the page has shortcuts of its own
    const deed = deedOf(event);
    if (buttons.press(event)) event.preventDefault();
    else if (deed === "previous" || deed === "next") deeds.goOn(deed === "next" ? 1 : -1);
    else if (deed === "pick") deeds.pick();
    else if (deed === "wipe") deeds.compare();
    else if (deed === "frame") deeds.keep();
    else if (deed === "sound") deeds.hear();
    else return;
    event.preventDefault();
  }

  // Who pressed a button by mouse goes on by keys: Space is to play then, and not to press it again.
  function onClick({ detail, target }: MouseEvent) {
    if (detail && (target as Element).closest("button")) dialog.focus({ preventScroll: true });
  }

  function end() {
    line.end();
    clearTimeout(linger);
    for (const timer of timers) clearTimeout(timer);
    render(null, dialog);
    dialog.remove();
    closed(owner, present.take);
  }

  dialog.addEventListener("keydown", onKey);
  dialog.addEventListener("click", onClick);
  dialog.addEventListener("close", end);
  const place = owner.root.getRootNode();
  (place instanceof ShadowRoot ? place : document.body).append(dialog);
  adopt(place);
  dialog.showModal();
  draw();
  settle();
  dialog.focus();

  return {
    get owner() {
      return owner;
    },
    /** Whether that view knows as much. A grid's begins with what the page knows from the start, and learns the rest later. */
    fits: (other: Owner) => idsOf(other) === idsOf(owner) && shots(other.takes).length >= all().length,
    /** Something about its takes has changed; or another view shows them now. */
    update(next: Owner) {
      owner = next;
      draw();
    },
  };
}
