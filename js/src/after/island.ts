// Draws the live card where its static twin stands: the document keeps the twin, the page the live card.
//
// At the end Python puts static HTML where the live card was shown, and that is what the file holds. What a page's script knows
// outlives the view that a host takes away: the model of the card, by the name that the twin carries. A host writes what its
// kernel sent, and not what stands on its page, so drawing there changes no file. Without a model of that name (another person's
// file, a name that somebody wrote by hand) the twin stays as it is; and with one, the card shows what that model says, whatever
// the twin did. A kernel that runs the notebook again gives the same names to cards of the same tasks, and such a card is drawn
// where the twin of the earlier kernel stands as soon as it has ended, too. (JupyterLab 4.6, Notebook 7.6; where the page's
// document does not hold the output, as in a shadow root or a frame of its own, nothing happens.)

import { kernelIsGone } from "../kernel";
import { type LiveCard, page } from "../page";
import type { Shown } from "../view";

export const NAME = "data-runway-card";
const TWIN = `[${NAME}]`;
/** Milliseconds for a host to put back what it took away; then the view that stood there ends. */
const PATIENCE = 1000;
/** Milliseconds from one look at the kernel to the next: not every host says when it goes (VS Code; Notebook 7.6 too early). */
const BEAT = 2000;

interface Island {
  card: LiveCard;
  view: Shown;
  /** What stands there without a live card. */
  twin: Element[];
}

const nameOf = (place: HTMLElement) => place.getAttribute(NAME) ?? "";

/** `known` is called with each card of the page that has ended. */
export function watchIslands(known: (card: LiveCard) => void) {
  const islands = new Map<HTMLElement, Island>();
  let sweeping = false;
  let beat: ReturnType<typeof setInterval> | undefined;

  /** What no kernel stands behind any more is static again, and not kept: no host tells when a notebook is closed. */
  function lookAtKernels(): void {
    for (const [place, { card }] of [...islands]) if (kernelIsGone(card.model)) leave(place);
    for (const [name, { model }] of [...page.cards]) if (kernelIsGone(model)) page.cards.delete(name);
    if (islands.size) return;
    clearInterval(beat);
    beat = undefined;
  }

  /** Gives a place its twin back. */
  function leave(place: HTMLElement): void {
    const island = islands.get(place);
    islands.delete(place);
    island?.view.end();
    if (island) place.append(...island.twin);
  }

  function draw(place: HTMLElement): void {
    const name = nameOf(place);
    const card = name && page.cards.get(name);
    if (!card || !place.isConnected || islands.has(place) || kernelIsGone(card.model)) return;
    const twin = [...place.children].filter((part) => part.nodeName !== "STYLE"); // which is about the place, too
    // A host that draws an output anew, because its static card was replaced by a later one, makes a new place for it. The view
    // moves there as it is, with its players at their instant and the focus where it was.
    const left = [...islands.keys()].find((each) => !each.isConnected && nameOf(each) === name);
    const moved = left && islands.get(left)?.view;
    if (left && moved) {
      islands.delete(left);
      place.append(moved.root);
      moved.moved();
    }
    const view = moved ?? card.show(place, lookAtKernels);
    view.root.classList.add("rw-island");
    islands.set(place, { card, view, twin });
    for (const part of twin) part.remove();
    beat ??= setInterval(lookAtKernels, BEAT);
  }

  const drawAll = (within: ParentNode) => {
    for (const place of within.querySelectorAll<HTMLElement>(TWIN)) draw(place);
  };

  const gone = () => [...islands.keys()].filter((place) => !place.isConnected);

  new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes)
        if (node instanceof HTMLElement) {
          if (node.matches(TWIN)) draw(node);
          drawAll(node);
        }
    // A host may take what is out of sight off the page, and bring it back: then it is drawn anew.
    if (sweeping || !gone().length) return;
    sweeping = true;
    setTimeout(() => {
      sweeping = false;
      gone().forEach(leave);
    }, PATIENCE);
  }).observe(document, { childList: true, subtree: true });

  function look() {
    page.cards.forEach(known);
    drawAll(document);
  }
  look();

  return {
    /** The page has got to know another card. */
    look,
    /** This card is closed. A host that has connected anew may have made another one of its name, which is drawn instead. */
    forget: (closed: LiveCard) => {
      for (const [place, { card }] of [...islands]) if (card === closed) leave(place);
      drawAll(document);
    },
  };
}
