// What the second bundle uses of the first: each name that a module in after/ imports from outside of that folder, types apart.
// The first bundle hands it over, so that nothing is bundled twice.
//
// A page may hold many modules of the first bundle, and the second gets its kit from one of them. Each of their Preacts numbers
// what it makes by itself, and takes two elements with one number in one place for the same. So a place in a drawing belongs to
// one of the two: what the second bundle draws there stands there alone, and nothing of the first takes turns with it.

import { Fragment, h, render } from "preact";
import { Button } from "./actions";
import { copyText } from "./copy";
import { Icon } from "./icons";
import { kernelIsGone } from "./kernel";
import { linkLine } from "./lines";
import { nameOf, notPlaying, source } from "./media";
import { page } from "./page";
import { stageRatio } from "./stage";

export const kit = {
  Button,
  Fragment,
  Icon,
  copyText,
  h,
  kernelIsGone,
  linkLine,
  nameOf,
  notPlaying,
  page,
  render,
  source,
  stageRatio,
};

export type Kit = typeof kit;

/** In the second bundle the names above are variables, and this sets them. (build.mjs; the sources import each other.) */
export const takeKit = (_kit: Kit): void => {};
