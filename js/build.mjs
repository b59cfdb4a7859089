// Builds the bundle that travels with every card, widget.js and widget.css, and the second one, after.js, which the kernel sends
// to a page that asks for it.
//
// The output depends on the sources and the tools' versions alone, so it is committed (installing needs no Node) and a test
// builds again and compares. `buildTo(folder)` is what that test calls. esbuild puts the modules together; terser, which
// looks across what they were, makes 0.25 kB less of it than esbuild's own minifier (compressed, per card).
//
// Preact stays at 10.11: what came later weighs 0.9 kB more (compressed, per card) and is nothing that a card uses. Of what it
// has, a card uses functions of properties alone: no classes with a life cycle, no contexts, no state of Preact's, no drawing over
// what is there already, none of its hooks for other libraries. The bundle has Preact without these: 1.8 kB less (compressed, per
// card). A test draws every state by the bundle and by the sources.

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { minify } from "terser";

const here = dirname(fileURLToPath(import.meta.url));
export const staticFolder = resolve(here, "../runway_widget/static");

/** What no card uses of Preact: how it is written in its bundle, how often, and what stands for it. In this order. */
const UNUSED = /** @type {const} */ ([
  // Drawing over what a server has drawn.
  [/null!=i\.__h&&\(c=i\.__h.*?r=\[e\]\),/g, 1, ""],
  [/if\(("svg"===d&&\(o=!0\)),null!=r\)for.*?break\}/g, 1, "$1;"],
  [/,r=null,c=!1|c&&l\.data===p\|\||r=r&&n\.call\(l\.childNodes\),|t&&"function"!=typeof l\[o\]\|\|/g, 4, ""],
  // HTML as text.
  [/if\(h=\((y=i\.props\|\|f)\)\.danger.*?l\.innerHTML=v&&v\.__html\|\|""\)\)\}/g, 1, "$1;"],
  [
    /if\((C\(l,p,y,o),c\),v\)u\.__k=\[\];else if\((k=.*?,)r\?r\[0\]:(i\.__k&&_\(i,0\)),c\),null!=r\).*?a\(r\[k\]\)/g,
    1,
    "$1),$2$3)",
  ],
  [/if\("dangerouslySetInnerHTML"!==l\)/g, 1, ""],
  // Components with a state, a life cycle or a context: a component is a function of its properties.
  [
    /if\(g=u\.props,.*?getSnapshotBeforeUpdate\(y,_\)\),/g,
    1,
    "if(u.__v===i.__v){u.__e=i.__e,u.__k=i.__k,u.__k.forEach(n=>n&&(n.__=u));break n}a=T(u.props),",
  ],
  [/,h\.base=u\.__e,.*?h\.__e=!1/g, 1, ""],
  [/null!=\(t=n\.__c\)\)\{.*?n\.__c=void 0\}if\((?=t=n)/g, 1, ""],
  [/k\.__c\|\|(?=b,k)/g, 1, ""],
  [/d\.prototype\.setState=.*?d\.prototype\.render=p,/g, 1, ""],
  [/null!=\w\.defaultProps/g, 1, "0"],
  // Boundaries of errors: each goes to who drew.
  [/try\{(?=n:if)/g, 1, ""],
  [/\(a=l\.diffed\)&&a\(u\)\}catch.*?l\.__e\(n,u,i\)\}/g, 1, ""],
  [/try\{"function"==typeof n\?(n\(u\)):.*?l\.__e\(n,i\)\}/g, 1, "$1"],
  [/t\.current&&t\.current!==n\.__e\|\|/g, 1, ""],
  [/l=\{__e:.*?throw n\}\},/g, 1, ""],
  // Hooks for other libraries.
  [
    /null==r&&null!=l\.vnode&&l\.vnode\(f\),|\(a=l\.__b\)&&a\(u\);|l\.unmount&&l\.unmount\(n\),|l\.__&&l\.__\(u,i\),|,z\(e,u\)/g,
    5,
    "",
  ],
  [/l\.event\?l\.event\(n\):/g, 2, ""],
  // Drawing into what is not empty, or in the place of something.
  [
    /r=\(o="function"==typeof t\).*?i\.__k,(e=\[\],j\(i,)u=.*?(h\(p,null,\[u\]\),r\|\|f,f,).*?,o\)(?=\})/g,
    1,
    "r=i.__k,$1i.__k=$2!1,null,e,r?r.__e:null)",
  ],
  // A style as an object: here it is text.
  [/if\("string"==typeof u\)(n\.style\.cssText=u;)else\{.*?\$\(n\.style,l,u\[l\]\)\}/g, 1, "$1"],
  // What form fields hold and name, capturing listeners, and React's names of SVG attributes.
  [/c\|\|\("value"in.*?\.checked,!1\)\)/g, 1, "0"],
  [/=(\w)!==\(\1=\1\.replace\(\/Capture\$\/,""\)\)/g, 1, "=!1"],
  [/"list"!==l&&"form"!==l&&/g, 1, ""],
  [/\.replace\(\/xlink.*?"s"\)/g, 1, ""],
]);

/** Names of fields that only our own modules use: neither Python nor the page ever sees them, so they may be short. */
const OURS =
  /^(act|announcement|askers|broken|cards|check|compact|confirm|copied|draw|during|events|forget|gone|hears|icon|islands|keepInNotebook|late|lost|measured|missed|moved|noStill|passed|quarter|renew|renewing|restore|sentAt|silence|silent|timer|update|views|wake)$/;

/** @type {import("esbuild").Plugin} */
const lessOfPreact = {
  name: "less of Preact",
  setup: ({ onLoad }) =>
    onLoad({ filter: /preact\.module\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      for (const [pattern, times, instead] of UNUSED) {
        if (contents.match(pattern)?.length !== times) throw new Error(`${path} is not Preact 10.11.3: ${pattern}`);
        contents = contents.replace(pattern, instead);
      }
      return { contents };
    }),
};

/** The style sheets use color-mix() and container queries as they are; lowering them would only add bytes. */
const BROWSERS = ["chrome111", "firefox113", "safari16.4"];

/**
 * The second bundle carries its style as text.
 *
 * @type {import("esbuild").Plugin}
 */
export const styleAsText = {
  name: "style as text",
  setup: ({ onLoad }) =>
    onLoad({ filter: /after\.css$/ }, async ({ path }) => {
      const css = await esbuild.transform(await readFile(path, "utf8"), {
        loader: "css",
        minify: true,
        target: BROWSERS,
      });
      return { contents: css.code.trimEnd(), loader: "text" };
    }),
};

/** What stands for the name of the build in the sources (page.ts). */
const BUILD = "@build@";

/**
 * In the second bundle all that is imported from outside of its folder is what the first one hands over (kit.ts), so that a name
 * that is not in there does not build.
 *
 * @type {import("esbuild").Plugin}
 */
const withKit = {
  name: "with kit",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(\.\.\/|preact$)/ }, () => ({ path: "kit", namespace: "kit" }));
    onLoad({ filter: /.*/, namespace: "kit" }, async () => {
      const source = await readFile(resolve(here, "src/kit.ts"), "utf8");
      const names = source.match(/export const kit = \{([^}]*?),?\s*\}/)?.[1];
      if (!names) throw new Error("kit.ts has no kit");
      return {
        contents: `
          export const BUILD = "${BUILD}";
          export let ${names};
          export const takeKit = (kit) => void ({ ${names} } = kit);
        `,
      };
    });
  },
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
  /** @type {Record<string, string | false>} The short names, which are the same in both bundles. */
  let mangleCache = {};
  /** @param {string} entry @param {import("esbuild").Plugin[]} plugins */
  async function script(entry, ...plugins) {
    const built = await esbuild.build({
      ...common,
      entryPoints: [entry],
      plugins,
      write: false,
      minifySyntax: true,
      mangleProps: OURS,
      mangleCache,
      format: "esm",
      target: "es2021",
      jsxFactory: "h",
      jsxFragment: "Fragment",
    });
    mangleCache = { ...mangleCache, ...built.mangleCache };
    const { code = "" } = await minify(built.outputFiles[0]?.text ?? "", {
      module: true,
      ecma: 2020,
      // Of functions no card asks the names, the parameters or a prototype; no getter does anything.
      compress: {
        passes: 4,
        keep_fargs: false,
        pure_getters: true,
        unsafe: true,
        unsafe_math: true,
        unsafe_arrows: true,
        unsafe_methods: true,
      },
    });
    return code;
  }
  const scripts = {
    "widget.js": await script("src/widget.tsx", lessOfPreact),
    "after.js": await script("src/after/index.ts", withKit, styleAsText),
  };
  // The build's name follows from all that is in it. Both hold it: a page never mixes a first and a second of two builds.
  const name = createHash("sha256").update(Object.values(scripts).join("")).digest("hex").slice(0, 8);
  for (const [file, code] of Object.entries(scripts)) {
    if (code.split(BUILD).length !== 2) throw new Error(`${file} must hold ${BUILD} once`);
    await writeFile(resolve(folder, file), `${code.replace(BUILD, name)}\n`);
  }
  await esbuild.build({
    ...common,
    entryPoints: ["src/widget.css"],
    outfile: resolve(folder, "widget.css"),
    minify: true,
    target: BROWSERS,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildTo(staticFolder);
