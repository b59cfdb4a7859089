// Builds the one bundle that travels with every card: widget.js and widget.css.
//
// The output depends on the sources and the tools' versions alone, so it is committed (installing needs no Node) and a test
// builds again and compares. `buildTo(folder)` is what that test calls. esbuild puts the modules together; terser, which
// looks across what they were, makes 0.25 kB less of it than esbuild's own minifier (compressed, per card).
//
// Preact stays at 10.11: what came later weighs 0.9 kB more (compressed, per card) and is nothing that a card uses. Of what it
// has, a card uses functions of properties alone: no classes with a life cycle, no contexts, no state of Preact's, none of its
// hooks for other libraries. Where Preact asks whether there is one of those, the answer in the bundle is null, and the minifier
// drops what follows from it: 0.8 kB less (compressed, per card). A test draws every state by the bundle and by the sources.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { minify } from "terser";

const here = dirname(fileURLToPath(import.meta.url));
export const staticFolder = resolve(here, "../runway_widget/static");

const UNUSED =
  /\b\w\.(getDerivedState\w+|component(Will|Did)\w+|shouldComponentUpdate|getChildContext|getSnapshotBeforeUpdate|contextType|defaultProps|prototype\.render|debounceRendering|vnode|diffed|unmount)\b(?!=[^=])/g;
const SET_STATE = /\b\w\.prototype\.setState=.*?(?=\b\w\.prototype\.render=)/;

/** @type {import("esbuild").Plugin} */
const lessOfPreact = {
  name: "less of Preact",
  setup: ({ onLoad }) =>
    onLoad({ filter: /preact\.module\.js$/ }, async ({ path }) => {
      const whole = await readFile(path, "utf8");
      if (whole.match(UNUSED)?.length !== 40 || !SET_STATE.test(whole))
        throw new Error(`${path} is not Preact 10.11.3`);
      return { contents: whole.replace(UNUSED, "null").replace(SET_STATE, "") };
    }),
};

/** @param {string} folder */
export async function buildTo(folder) {
  await mkdir(folder, { recursive: true });
  /** @type {import("esbuild").BuildOptions} */
  const common = {
    absWorkingDir: here,
    bundle: true,
    legalComments: "none",
    charset: "utf8",
    logLevel: "warning",
  };
  const script = await esbuild.build({
    ...common,
    entryPoints: ["src/widget.tsx"],
    plugins: [lessOfPreact],
    write: false,
    minifySyntax: true,
    format: "esm",
    target: "es2021",
    jsxFactory: "h",
    jsxFragment: "Fragment",
  });
  const { code = "" } = await minify(script.outputFiles[0]?.text ?? "", {
    module: true,
    ecma: 2020,
    compress: { passes: 3 },
  });
  await writeFile(resolve(folder, "widget.js"), `${code}\n`);
  await esbuild.build({
    ...common,
    entryPoints: ["src/widget.css"],
    outfile: resolve(folder, "widget.css"),
    minify: true,
    // The style sheet uses color-mix() and container queries as they are; lowering them would only add bytes.
    target: ["chrome111", "firefox113", "safari16.4"],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildTo(staticFolder);
