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
  summary?: { ticking: boolean };
}

/** Puts the frozen card wherever the live one was shown, but where it was to stay live. False: there is no way in. */
function put(model: Filed, { model_id, bundle }: News): boolean {
  const cells = model.widget_manager?.context?.model?.cells;
  for (const { outputs } of cells ?? [])
    for (let at = 0; outputs && at < outputs.length; at++) {
      const { data, metadata } = outputs.get(at);
      if (data?.[VIEW]?.model_id === model_id && !metadata?.runway_widget?.live)
        outputs.set(at, { output_type: "display_data", data: bundle, metadata: {} });
    }
  return !!cells;
}

/** Watches one view over its task's end; `hint` says what only the card's user can do. Returns what ends that. */
export function filing(model: Filed, send: Send, hint: (words: string) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = false;

  function heard(message?: unknown) {
    const { kind, summary = model.get("_summary"), ...news } = (message ?? {}) as News;
    const ended = summary ? !summary.ticking : /SUCC|FAIL|CANC/.test(model.get("status"));
    if (kind === "frozen") {
      if (!put(model, news)) timer = setTimeout(() => hint("To keep this card in the file: task.show()"), PATIENCE);
    } else if (ended && !asked) {
      asked = true;
      timer = setTimeout(() => send({ ask: "frozen" }), PATIENCE);
    }
  }

  const events = ["msg:custom", "change:status"];
  for (const event of events) model.on(event, heard);
  heard();
  return () => {
    clearTimeout(timer);
    for (const event of events) model.off(event, heard);
  };
}
