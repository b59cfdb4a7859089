// The second bundle. What a module in this folder imports from outside of it is not bundled again: it comes with the kit, and
// must stand in kit.ts.
//
// A new part is one more name of what `start` returns. The first bundle calls it as `page.after?.name`, and draws something
// that does without as long as it is not there.

import { type Kit, takeKit } from "../kit";
import { cover } from "./cover";
import { keepInNotebook } from "./document";
import { watchIslands } from "./island";
import { look } from "./look";
import { star } from "./star";
import { keepTwins } from "./twin";

export { BUILD as build } from "../page";
export type { Look } from "./look";

export function start(kit: Kit) {
  takeKit(kit);
  return { cover, keepInNotebook, look, star, islands: watchIslands(keepTwins()) };
}

export type After = ReturnType<typeof start>;
