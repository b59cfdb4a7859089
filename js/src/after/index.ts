// The second bundle. What a module in this folder imports from outside of it is not bundled again: it comes with the kit, and
// must stand in kit.ts.
//
// A new part is one more name of what `start` returns. The first bundle calls it as `page.after?.name`, and draws something
// that does without as long as it is not there.

import { type Kit, takeKit } from "../kit";
import { keepInNotebook } from "./document";

export { BUILD as build } from "../page";

export function start(kit: Kit) {
  takeKit(kit);
  return { keepInNotebook };
}

export type After = ReturnType<typeof start>;
