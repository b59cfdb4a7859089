// A card that is still live after its task's end is put into the notebook file, where the host lets it.
//
// Python replaces the card in the output where it was shown. After the page was reloaded in mid-run the host does not know any
// more which output that is, and drops the update. JupyterLab and Notebook 7 keep the document within reach of their widget
// manager: no promise of theirs, so each step is looked for, and where one is missing only the card's user can help.

import type { Model, Send } from "./view";

const VIEW = "application/vnd.jupyter.widget-view+json";
/** Milliseconds for Python's own replacement, which comes first: most cards are gone before they ask. */
export const PATIENCE = 2500;

interface Outputs {
  length: number;
  get(at: number): {
    data?: Record<string, { model_id?: string } | undefined>;
    metadata?: { runway_widget?: { live?: boolean } };
  };
  set(at: number, output: object): void;
}

/** A model that may know its document. */
export interface Filed extends Model {
  widget_manager?: { context?: { model?: { cells?: Iterable<{ outputs?: Outputs }> } } };
}

interface News {
  kind?: string;
  model_id?: string;
  bundle?: Record<string, string>;
}

/** Puts the frozen card wherever the live one is an output, but where it was to stay live. False: it is nowhere, or in a box. */
function put(model: Filed, { model_id, bundle }: News): boolean {
  let found = false;
  for (const { outputs } of model.widget_manager?.context?.model?.cells ?? [])
    for (let at = 0; outputs && at < outputs.length; at++) {
      const { data, metadata } = outputs.get(at);
      if (data?.[VIEW]?.model_id !== model_id) continue;
      found = true;
      if (!metadata?.runway_widget?.live) outputs.set(at, { output_type: "display_data", data: bundle, metadata: {} });
    }
  return found;
}

/** Watches one view over its task's end; `hint` says what only the card's user can do. */
export function filing(model: Filed, send: Send, hint: (words: string) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = false;

  return {
    /** Something changed, or a message came; `ended`: nothing more is to come. */
    heard(ended: boolean, message?: unknown) {
      const news = (message ?? {}) as News;
      if (news.kind === "frozen") {
        if (!put(model, news)) timer = setTimeout(() => hint("To keep this card in the file: task.show()"), PATIENCE);
      } else if (ended && !asked) {
        asked = true;
        timer = setTimeout(() => send({ ask: "frozen" }), PATIENCE);
      }
    },
    end: () => clearTimeout(timer),
  };
}
