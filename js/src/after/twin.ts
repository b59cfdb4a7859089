// Keeps the static card in the document up to date: a star or a saved file changes it.
//
// Python puts the new one where the card was shown, and a page that was loaded since drops that (see `document.ts`). So Python
// says in a few bytes which ones it has put there so far, and a page whose document holds one that is not the newest asks for that.
// One that Python does not name, as of an earlier kernel, is left alone.

import type { LiveCard } from "../page";
import type { Model } from "../view";
import { type FrozenMessage, LIMIT, outputsOf, PAGE, PATIENCE } from "./document";
import { NAME } from "./island";

const HTML = "text/html";

interface StaticMessage extends FrozenMessage {
  /** Of each static card so far, by its HTML's CRC-32; the newest is the last. */
  versions?: number[];
}

const shifted = (crc: number) => (crc >>> 1) ^ (crc & 1 && 0xedb88320);
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = shifted(byte);
  return byte;
});

/** Of a text in UTF-8, as zlib has it. A card that carries its medium has megabytes. */
export function crc32(text: string): number {
  let crc = -1;
  for (const byte of new TextEncoder().encode(text)) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 255] as number);
  return ~crc >>> 0;
}

/** Gives what is to be called with each card of the page that has ended, as often as one likes. */
export function keepTwins() {
  const followed = new WeakSet<Model>();

  return ({ model }: LiveCard) => {
    if (followed.has(model)) return;
    followed.add(model);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let versions: number[] = [];
    let asked = 0;

    /** The outputs that hold an older static card of this name. */
    const stale = () => {
      const name = `${NAME}="${model.get("_twin")}"`;
      return [...outputsOf(model)].filter(({ output }) => {
        const html = String(output.data?.[HTML] ?? "");
        return html.includes(name) && versions.slice(0, -1).includes(crc32(html));
      });
    };

    function check() {
      if (asked >= LIMIT || !stale().length) return;
      asked += 1;
      try {
        model.send({ ask: "frozen", page: PAGE });
      } catch {} // without a kernel there is nobody to ask
      later(PATIENCE * 2 ** asked);
    }

    function later(ms: number) {
      clearTimeout(timer);
      timer = setTimeout(check, ms);
    }

    model.on("msg:custom", (message) => {
      const { kind, page, bundle, versions: named = [] } = (message ?? {}) as StaticMessage;
      if (kind === "static") {
        versions = named;
        asked = 0;
        later(PATIENCE);
      }
      if (kind !== "frozen" || page !== PAGE || !bundle?.[HTML]) return;
      clearTimeout(timer);
      const newest = crc32(bundle[HTML]);
      versions = [...versions.filter((each) => each !== newest), newest];
      for (const { outputs, at, output } of stale())
        outputs.set(at, { output_type: "display_data", data: bundle, metadata: output.metadata });
    });
  };
}
