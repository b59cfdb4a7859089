// Keeps a finished card in the notebook file, where its output is still live after the end and the host lets a view at the
// document.
//
// Python replaces the card in the output where it was shown. After a reload of the page the host does not know any more
// which output that is, and drops the update (ipython#12215). JupyterLab and Notebook 7 keep the document within reach of
// their widget manager: seen on JupyterLab 4.6 and Notebook 7.6, but it is no API of theirs. So each step is looked for, and
// where one is missing only the card's user can help.

import { kernelIsGone } from "../kernel";
import type { Model, Send } from "../view";

const VIEW = "application/vnd.jupyter.widget-view+json";
/** Milliseconds for Python's own replacement, which comes first: most cards are gone before they ask. */
export const PATIENCE = 2500;
/** Questions in all; an answer may be lost too. Each pause is twice as long as the one before. */
export const LIMIT = 6;

interface Output {
  data?: Record<string, { model_id?: string } | undefined>;
  metadata?: { runway_widget?: { live?: boolean } };
}

interface Outputs {
  length: number;
  get(index: number): Output;
  set(index: number, output: object): void;
}

/** A model that may know its document. */
export interface NotebookModel extends Model {
  widget_manager?: { context?: { model?: { cells?: Iterable<{ outputs?: Outputs }> } } };
}

/** By this name Python tells this page from others: what it sends goes to all. */
export const PAGE = Math.random().toString(36).slice(2);

export interface FrozenMessage {
  kind?: string;
  /** The page that is to keep it. Two that keep it in one document (jupyter-collaboration) would keep it twice. */
  page?: string;
  model_id?: string;
  /** Null where nothing is to be kept. */
  bundle?: Record<string, string> | null;
}

/** What stands in the document of a model, as far as that is in reach. */
export function* outputsOf(model: NotebookModel): Generator<{ outputs: Outputs; at: number; output: Output }> {
  for (const { outputs } of model.widget_manager?.context?.model?.cells ?? [])
    for (let at = 0; outputs && at < outputs.length; at++) yield { outputs, at, output: outputs.get(at) };
}

/** Puts the static card wherever the live one is an output, except where it is to stay live. False: it is in no output. */
function replaceOutputs(model: NotebookModel, { model_id, bundle }: FrozenMessage): boolean {
  let replaced = false;
  if (!model_id) return false; // which every output that is no widget has in common
  for (const { outputs, at, output } of outputsOf(model)) {
    if (output.data?.[VIEW]?.model_id !== model_id) continue;
    replaced = true;
    if (!output.metadata?.runway_widget?.live)
      outputs.set(at, { output_type: "display_data", data: bundle, metadata: {} });
  }
  return replaced;
}

/**
 * Watches one view past the end of its task or grid; `setHint` gets the words that say what only the card's user can do, or none.
 * `variable` is what a user calls such a thing: "task" or "grid".
 */
export function keepInNotebook(model: NotebookModel, variable: string, send: Send, setHint: (words: string) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  let unanswered = false;
  let hinted = false;
  /** An answer did not come, or did not help; `repeated`: so the last question said. */
  let again = false;
  let repeated = false;
  let settled = false;

  const later = (then: () => void, ms = PATIENCE) => {
    clearTimeout(timer);
    timer = setTimeout(then, ms);
  };

  function showHint() {
    if (kernelIsGone(model)) return;
    hinted = true;
    setHint(`To keep this card in the file: ${variable}.show()`);
  }

  /** Asked again, Python also puts the static card once more where the live one was shown. */
  function ask() {
    if (unanswered) showHint();
    if (asked >= LIMIT) return;
    send({ ask: "frozen", page: PAGE, ...(again && { again }) });
    asked += 1;
    repeated = again;
    unanswered = again = true;
    if (asked < LIMIT) later(ask, PATIENCE * 2 ** asked);
  }

  function receive(message: FrozenMessage) {
    if (hinted) setHint("");
    hinted = unanswered = false;
    clearTimeout(timer);
    if (!message.bundle) settled = true;
    else if (message.page !== PAGE) {
      // Where the two pages share a document, this view is gone before it asks.
      again = false;
      later(ask);
    } else if (replaceOutputs(model, message)) settled = true;
    else later(repeated ? showHint : ask);
  }

  return {
    /** Something changed, or a message came; `ended`: nothing more is to come. */
    update(ended: boolean, content?: unknown) {
      const message = (content ?? {}) as FrozenMessage;
      if (settled) return;
      if (message.kind === "frozen") receive(message);
      else if (ended && !timer) later(ask);
    },
    end: () => clearTimeout(timer),
  };
}
