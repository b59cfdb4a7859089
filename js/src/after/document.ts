// Keeps a finished card in the notebook file, where its output is still live after the end and the host lets a view at the
// document.
//
// Python replaces the card in the output where it was shown. After a reload of the page the host does not know any more
// which output that is, and drops the update (ipython#12215). JupyterLab and Notebook 7 keep the document within reach of
// their widget manager: seen on JupyterLab 4.6 and Notebook 7.6, but it is no API of theirs. So each step is looked for, and
// where one is missing only the card's user can help.

import type { Model, Send } from "../view";

const VIEW = "application/vnd.jupyter.widget-view+json";
/** Milliseconds for Python's own replacement, which comes first: most cards are gone before they ask. */
export const PATIENCE = 2500;
/** Questions in all; an answer may be lost too. Each pause is twice as long as the one before. */
const LIMIT = 6;

interface Outputs {
  length: number;
  get(index: number): {
    data?: Record<string, { model_id?: string } | undefined>;
    metadata?: { runway_widget?: { live?: boolean } };
  };
  set(index: number, output: object): void;
}

/** A model that may know its document. */
export interface NotebookModel extends Model {
  widget_manager?: { context?: { model?: { cells?: Iterable<{ outputs?: Outputs }> } } };
}

interface FrozenMessage {
  kind?: string;
  model_id?: string;
  /** Null where nothing is to be kept. */
  bundle?: Record<string, string> | null;
}

/** Puts the static card wherever the live one is an output, except where it is to stay live. False: it is in no output. */
function replaceOutputs(model: NotebookModel, { model_id, bundle }: FrozenMessage): boolean {
  let replaced = false;
  for (const { outputs } of model.widget_manager?.context?.model?.cells ?? [])
    for (let i = 0; outputs && i < outputs.length; i++) {
      const { data, metadata } = outputs.get(i);
      if (data?.[VIEW]?.model_id !== model_id) continue;
      replaced = true;
      if (!metadata?.runway_widget?.live) outputs.set(i, { output_type: "display_data", data: bundle, metadata: {} });
    }
  return replaced;
}

/**
 * Watches one view past the end of its task or grid; `setHint` gets the words that say what only the card's user can do.
 * `variable` is what a user calls such a thing: "task" or "grid".
 */
export function keepInNotebook(model: NotebookModel, variable: string, send: Send, setHint: (words: string) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  const showHint = () => setHint(`To keep this card in the file: ${variable}.show()`);

  /** Asked again, Python also puts the static card once more where the live one was shown. */
  function ask() {
    send(asked ? { ask: "frozen", again: true } : { ask: "frozen" });
    asked += 1;
    if (asked < LIMIT) timer = setTimeout(ask, PATIENCE * 2 ** asked);
  }

  return {
    /** Something changed, or a message came; `ended`: nothing more is to come. */
    update(ended: boolean, content?: unknown) {
      const message = (content ?? {}) as FrozenMessage;
      if (message.kind === "frozen") {
        clearTimeout(timer);
        if (message.bundle && !replaceOutputs(model, message)) timer = setTimeout(asked > 1 ? showHint : ask, PATIENCE);
      } else if (ended && !timer) timer = setTimeout(ask, PATIENCE);
    },
    end: () => clearTimeout(timer),
  };
}
