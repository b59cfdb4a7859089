// Keeps the keyboard's focus on the card where a drawing takes away what had it, and in its place on the page where the whole
// view is taken away. A focus that falls to the page's body starts again at the page's first link.
//
// Whoever is elsewhere stays there.

const CONTROLS = "a[href],button,summary,video,audio,[tabindex]";

const controls = (place: Element): HTMLElement[] => [...place.querySelectorAll<HTMLElement>(CONTROLS)];

export function keepFocus(root: HTMLElement) {
  /** Where the view stands: when it is taken away, the browser moves this to the place that it leaves. */
  const place = document.createRange();
  let inside = false;
  /** What had it last. */
  let last: HTMLElement;
  /** The focus is to be seen. */
  let ring = false;

  function focused(): HTMLElement | null {
    const { activeElement } = root.getRootNode() as Document | ShadowRoot;
    return root.contains(activeElement) ? (activeElement as HTMLElement) : null;
  }

  /** Focuses what may be no control; it is none any more when the focus has left. */
  function focus(element: HTMLElement): void {
    if (!element.matches(CONTROLS)) {
      element.tabIndex = -1;
      element.addEventListener("blur", () => element.removeAttribute("tabindex"), { once: true });
    }
    element.focus({ preventScroll: true, focusVisible: ring });
  }

  root.addEventListener("focusin", ({ target }) => {
    inside = true;
    last = target as HTMLElement;
    ring = !!root.querySelector(":focus-visible");
    place.selectNode(root);
  });
  root.addEventListener("focusout", () =>
    queueMicrotask(() => {
      if (root.isConnected && !focused()) inside = false; // or the view is being taken away, and the focus with it
    }),
  );

  return {
    /** Draws. What had the focus has it afterwards, or else the control in its place, its neighbour in the row, or the card. */
    during(draw: () => void): void {
      const before = focused();
      const card = before?.closest<HTMLElement>(".runway-task");
      const row = before?.closest(".rw-row,.rw-stage");
      const index = row ? controls(row).indexOf(before as HTMLElement) : 0;
      const status = card?.dataset.status;
      draw();
      // The document of a frame has a focus of its own, also while the reader is outside of the frame.
      if (!card || focused() || (self !== top && !document.hasFocus())) return;
      // A card of another status is read from its beginning. And a control that takes an end's place is pressed by mistake.
      const now = row && root.contains(row) && card.dataset.status === status ? controls(row) : [];
      focus(root.contains(before) ? (before as HTMLElement) : (now[index] ?? now.at(-1) ?? card));
    },

    /** The view was moved, which takes the focus away. */
    restore: () => inside && focus(last),

    /** The view is taken away, or has been: the focus goes to what comes to stand in its place, if nobody takes it meanwhile. */
    end(): void {
      let ours: HTMLElement | undefined;
      function put(tries: number): void {
        const { activeElement, body } = document;
        const { startContainer: around, startOffset } = place;
        const lost = activeElement === body && !ours?.isConnected;
        if (!around.isConnected || !(lost || ours?.contains(activeElement))) return;
        const instead = (around.childNodes[startOffset] ?? around) as HTMLElement;
        const card = instead.querySelector<HTMLElement>(".runway-task");
        // JupyterLab makes room at once, and fills it a little later. A static card may be replaced by a later one.
        if (lost && (card || !tries)) {
          ours = card ?? instead;
          focus(ours);
        }
        setTimeout(put, 50, tries && tries - 1);
      }
      if (inside) setTimeout(put, 0, 20);
      inside = false;
    },
  };
}
