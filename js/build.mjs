// Builds the one bundle that travels with every card: widget.js and widget.css.
//
// esbuild's output depends on its inputs and its version alone, so the result is committed (installing needs no Node) and a
// test builds again and compares. `buildTo(folder)` is what that test calls.
//
// Preact stays at 10.11: what came later weighs 0.9 kB more (compressed, per card) and is nothing that a card uses.

import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
export const staticFolder = resolve(here, "../runway_widget/static");

/** @param {string} folder */
export async function buildTo(folder) {
  await mkdir(folder, { recursive: true });
  /** @type {import("esbuild").BuildOptions} */
  const common = {
    absWorkingDir: here,
    bundle: true,
    minify: true,
    legalComments: "none",
    charset: "utf8",
    logLevel: "warning",
  };
  await esbuild.build({
    ...common,
    entryPoints: ["src/widget.ts"],
    outfile: resolve(folder, "widget.js"),
    format: "esm",
    target: "es2021",
    jsxFactory: "h",
    jsxFragment: "Fragment",
  });
  await esbuild.build({
    ...common,
    entryPoints: ["src/widget.css"],
    outfile: resolve(folder, "widget.css"),
    // The style sheet uses color-mix() and container queries as they are; lowering them would only add bytes.
    target: ["chrome111", "firefox113", "safari16.4"],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildTo(staticFolder);
