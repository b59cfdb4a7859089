// Whether the kernel is still there. No message says that it is gone, so the page looks for itself.
//
// A widget's layout is a model of its own with a comm to the same kernel, and is handed out as it is, where the card's own model
// is behind a proxy (anywidget 0.11). When JupyterLab restarts a kernel, it marks the comms of its models as dead; when a kernel
// dies, is shut down or is exchanged, their connections are disposed of. So does VS Code, for a restart too. None of it is
// documented (ipywidgets 8.1, JupyterLab 4.6, vscode-jupyter 2026): a host that has none of it is one whose kernel is there.

import type { Model } from "./view";

interface Layout {
  comm_live?: boolean;
  comm?: { jsServicesComm?: { isDisposed?: boolean } };
}

interface Signal {
  connect(slot: () => void): void;
  disconnect(slot: () => void): void;
}

/** A model whose host lets a view at its connection to the kernel. */
export interface ConnectedModel extends Model {
  widget_manager?: { kernel?: { statusChanged?: Signal; disposed?: Signal } | null };
}

/** What a model of ipywidgets says of itself when its comm has died. */
const LIVE = "comm_live_update";

/** Whether the kernel that this model came from is gone for good. */
export function kernelIsGone(model: Model): boolean {
  const layout: Layout | undefined = model.get("layout");
  return layout?.comm_live === false || (layout?.comm?.jsServicesComm?.isDisposed as boolean);
}

/**
 * Calls `look` whenever that may have changed, until the returned function is called. A kernel's status changes with each message
 * that it works on, and a page may have hundreds of cards: while the kernel is there, that costs none of them a drawing.
 */
export function watchKernel(model: ConnectedModel, look: () => void): () => void {
  const { statusChanged, disposed } = model.widget_manager?.kernel ?? {};
  const check = () => queueMicrotask(() => kernelIsGone(model) && look()); // a host marks the comms after it has said so
  model.on(LIVE, look);
  statusChanged?.connect(check);
  disposed?.connect(check);
  return () => {
    model.off(LIVE, look);
    statusChanged?.disconnect(check);
    disposed?.disconnect(check);
  };
}
