import { defineConfig } from "vitest/config";

export default defineConfig({
  // As in the bundle: the development transform would add an attribute to every element.
  oxc: { jsx: { runtime: "classic", pragma: "h", pragmaFrag: "Fragment", development: false } },
  test: {
    environment: "happy-dom",
    // Nothing may leave the machine: pictures and videos are drawn, not loaded.
    environmentOptions: { happyDOM: { settings: { disableJavaScriptFileLoading: true, disableCSSFileLoading: true } } },
    include: ["test/**/*.test.ts"],
    restoreMocks: true,
  },
});
