// @vitest-environment node
// The checks pass wherever the repository lies, also below a folder that a tool never looks into.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const HERE = join(import.meta.dirname, "..");
const CHECKED = ["biome.jsonc", "src"];

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "place-"));
});
afterEach(() => rmSync(home, { recursive: true }));

test.each([".cache", "sources"])("Biome accepts the sources below a folder named %s", (name) => {
  const folder = join(home, name, "js");
  mkdirSync(folder, { recursive: true });
  for (const each of ["tsconfig.json", ...CHECKED]) cpSync(join(HERE, each), join(folder, each), { recursive: true });
  symlinkSync(join(HERE, "node_modules"), join(folder, "node_modules"));
  const biome = join(HERE, "node_modules", "@biomejs", "biome", "bin", "biome");
  const output = execFileSync(process.execPath, [biome, "ci", "--error-on-warnings", ...CHECKED], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(output).toContain("No fixes applied");
});
