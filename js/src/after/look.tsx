// What the second bundle adds to a view: the bar that plays all its takes in step, and ways into the viewer.

import { h } from "preact";
import type { View } from "../view";
import { COVER } from "./cover";
import { deedOf } from "./keys";
import type { Owner } from "./owner";
import { shots } from "./shots";
import { adopt } from "./style";
import { timeline } from "./timeline";
import { transport } from "./transport";
import { openViewer, type Viewer } from "./viewer";

export type Look = ReturnType<typeof look>;

/** The page's views. */
const owners = new Set<Owner>();
/** The viewer, while it is open. */
let viewer: Viewer | null = null;

/** In a card, a way into the viewer. */
const WAYS = `.${COVER}, .rw-outputs > a`;
/** Milliseconds for another view of the same takes to come, after which the viewer does without a kernel. */
const PATIENCE = 2000;

export function look(root: HTMLElement, view: View, redraw: () => void) {
  const owner: Owner = { root, takes: view.takes, gone: false };
  const inSight = new Set<Element>();
  const sight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) inSight[isIntersecting ? "add" : "delete"](target);
  });
  const films = () => [...root.querySelectorAll<HTMLVideoElement>(".rw-film > video")];
  const line = timeline({
    films,
    seen: (film) => inSight.has(film),
    changed: redraw,
    moved: () => buttons.moved(),
  });
  const buttons = transport(() => line, "all takes");
  const cards = () => [...root.querySelectorAll<HTMLElement>(".runway-task")];
  owners.add(owner);

  function open(way: HTMLElement) {
    const card = way.closest<HTMLElement>(".runway-task");
    const place = way.closest(".rw-outputs > *");
    const output = [...(place?.parentElement?.children ?? [])].indexOf(place as Element);
    const shot = { take: cards().indexOf(card as HTMLElement), output };
    const film = place?.querySelector("video");
    film?.pause();
    if (line.playing) line.pause();
    const around = root.parentElement; // where a static card comes back if the kernel goes meanwhile
    viewer = openViewer(owner, shot, film?.currentTime ?? 0, (last, take) => {
      viewer = null;
      const ways = last.root.querySelectorAll<HTMLElement>(".runway-task")[take]?.querySelector<HTMLElement>(WAYS);
      (way.isConnected ? way : (ways ?? around?.querySelector<HTMLElement>("a[href],summary")))?.focus();
    });
  }

  function onClick(event: MouseEvent) {
    const way = (event.target as Element).closest<HTMLElement>(WAYS);
    if (!way || event.ctrlKey || event.metaKey || event.shiftKey) return; // which open a link elsewhere
    event.preventDefault();
    open(way);
  }

  /** The key of the star, on the card that has the focus. */
  function onKey(event: KeyboardEvent) {
    const target = event.target as HTMLElement;
    const take = owner.takes[cards().indexOf(target.closest(".runway-task") as HTMLElement)];
    if (deedOf(event) !== "pick" || !take || take.state.status !== "SUCCESS" || owner.gone) return;
    event.preventDefault();
    event.stopPropagation();
    take.act.ask("pick");
  }

  function onBarKey(event: KeyboardEvent) {
    const deed = deedOf(event);
    const onRange = (event.target as HTMLElement).localName === "input";
    if (onRange && (deed === "previous" || deed === "next")) line.step(deed === "next" ? 1 : -1);
    else if (!buttons.press(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** While all are at one instant, the pointer that passes over one of them does not move that one alone. */
  function onPass(event: Event) {
    if (line.engaged) event.stopPropagation();
  }

  root.addEventListener("loadeddata", line.update, true);
  root.addEventListener("click", onClick);
  root.addEventListener("keydown", onKey);
  root.addEventListener("pointerenter", onPass, true);
  root.addEventListener("pointerleave", onPass, true);

  return {
    bar: () =>
      shots(owner.takes).some(({ take, output }) => owner.takes[take]?.state.outputs[output]?.kind === "video") && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame of its own
        <div role="group" aria-label="All takes in step" data-lm-suppress-shortcuts="true" onKeyDown={onBarKey}>
          {buttons.draw()}
        </div>
      ),
    /** The view was drawn. */
    update(gone: boolean) {
      owner.gone = gone;
      adopt(root.getRootNode());
      for (const film of films()) sight.observe(film);
      line.update();
      if (viewer && (viewer.owner === owner || (!owners.has(viewer.owner) && viewer.fits(owner)))) viewer.update(owner);
    },
    end() {
      owners.delete(owner);
      sight.disconnect();
      line.end();
      root.removeEventListener("loadeddata", line.update, true);
      root.removeEventListener("click", onClick);
      root.removeEventListener("keydown", onKey);
      root.removeEventListener("pointerenter", onPass, true);
      root.removeEventListener("pointerleave", onPass, true);
      if (viewer?.owner !== owner) return;
      const instead = [...owners].find(viewer.fits);
      if (instead) viewer.update(instead);
      else setTimeout(() => viewer?.owner === owner && viewer.update({ ...owner, gone: true }), PATIENCE);
    },
  };
}
