// A card that is still live after its task's end is put into the notebook file, where the host lets it.
//
// Python replaces the card in the output where it was shown. After the page was reloaded in mid-run the host does not know any
// more which output that is, and drops the update. JupyterLab and Notebook 7 keep the document within reach of their widget
// manager: no promise of theirs, so each step is looked for, and where one is missing only the card's user can help.

import type { Ask } from "./ui";

const VIEW = "application/vnd.jupyter.widget-view+json";
// Python's own replacement comes first: most cards are gone before they ask.
export const PATIENCE = 2500;

interface Frozen {
  kind: "frozen";
  model_id: string;
  bundle: Record<string, string>;
}

interface Outputs {
  length: number;
  get(at: number): {
    data?: Record<string, { model_id?: string } | undefined>;
    metadata?: { runway_widget?: { live?: boolean } };
  };
  set(at: number, output: object): void;
}

/** What is used of a host's model, besides its traits. */
export interface Messages {
  on(event: string, then: (message?: unknown) => void): void;
  off(event: string, then: (message?: unknown) => void): void;
  widget_manager?: { context?: { model?: { cells?: Iterable<{ outputs?: Outputs }> } } };
}

/** Puts the frozen card wherever the live one was shown, but where it was to stay live. False: there is no way in. */
function put(model: Messages, { model_id, bundle }: Frozen): boolean {
  const cells = model.widget_manager?.context?.model?.cells;
  if (!cells) return false;
  for (const { outputs } of cells)
    for (let at = 0; at < (outputs?.length ?? 0); at++) {
      const { data, metadata } = outputs?.get(at) ?? {};
      if (data?.[VIEW]?.model_id === model_id && !metadata?.runway_widget?.live)
        outputs?.set(at, { output_type: "display_data", data: bundle, metadata: {} });
    }
  return true;
}

/** `ended()` says that the task has; `say()` is called where only the user can get the card into the file. */
export function filing(model: Messages, ask: (what: Ask) => void, say: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = false;

  const soon = (then: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(then, PATIENCE);
  };

  function heard(message?: unknown) {
    const frozen = message as Frozen | undefined;
    if (frozen?.kind === "frozen" && !put(model, frozen)) soon(say);
  }

  model.on("msg:custom", heard);
  return {
    ended() {
      if (!asked) soon(() => ask("frozen"));
      asked = true;
    },
    end() {
      clearTimeout(timer);
      model.off("msg:custom", heard);
    },
  };
}
