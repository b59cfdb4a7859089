// A link out. A plain one, because some hosts forbid window.open; and closed towards what it opens.

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
