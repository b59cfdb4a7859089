// The second bundle's own style, which a page gets once, and a shadow root once more.

import text from "./after.css";

let sheet: CSSStyleSheet | undefined;

/** Has the style apply where a view stands, once it stands there. */
export function adopt(root: Node): void {
  const { adoptedStyleSheets: sheets } = root as Node & Partial<DocumentOrShadowRoot>;
  if (!sheets) return; // not on the page yet
  sheet ??= new CSSStyleSheet();
  if (sheets.includes(sheet)) return;
  sheet.replaceSync(text);
  sheets.push(sheet);
}
