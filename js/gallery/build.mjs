// Puts the gallery together in gallery/dist; any static web server shows it (gallery/shoot.py does, and takes pictures).

import { cp, mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import * as esbuild from "esbuild";
import { styleAsText } from "../build.mjs";

const here = import.meta.dirname;
const dist = resolve(here, "dist");

await esbuild.build({
  absWorkingDir: here,
  entryPoints: { gallery: "gallery.ts", widget: "../src/widget.css" },
  plugins: [styleAsText],
  bundle: true,
  format: "esm",
  jsxFactory: "h",
  jsxFragment: "Fragment",
  outdir: dist,
  logLevel: "warning",
});
await cp(resolve(here, "index.html"), resolve(dist, "index.html"));
await mkdir(resolve(dist, "media"), { recursive: true }); // cp fails where another build makes the folder meanwhile
await cp(resolve(here, "../../runway_widget/simulator/media"), resolve(dist, "media"), { recursive: true });
