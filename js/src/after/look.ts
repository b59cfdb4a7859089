// What the second bundle adds to a view: the bar of a grid.

import type { View } from "../view";
import { adopt } from "./style";

export type Look = ReturnType<typeof look>;

export function look(root: HTMLElement, _view: View, _redraw: () => void) {
  return {
    bar: () => null,
    /** The view was drawn. */
    update() {
      adopt(root.getRootNode());
    },
    end() {},
  };
}
