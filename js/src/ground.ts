// What a card stands on: where a host names no colours, the style sheet makes the card's from this one.

/** The first ground around it that nothing shows through; without one, the page's own. */
export function ground(at: Element | null | undefined): string {
  if (!at) return "Canvas";
  const colour = getComputedStyle(at).backgroundColor;
  // "rgba(…)", and those with a slash, let something show through; "" is what is not on the page.
  if (!/a\(|\//.test(colour)) return colour;
  return ground(at.assignedSlot ?? at.parentElement ?? (at.getRootNode() as Partial<ShadowRoot>).host);
}
