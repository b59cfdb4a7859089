// A link to another page. An anchor, because VS Code's webviews block window.open (vscode#186043); and the page that it opens
// gets no hold on this one.

import { type ComponentChildren, h } from "preact";

interface Props {
  href: string;
  class?: string;
  title?: string;
  "aria-label"?: string;
  children?: ComponentChildren;
}

export function Link(props: Props) {
  return <a {...props} target="_blank" rel="noopener noreferrer" />;
}
