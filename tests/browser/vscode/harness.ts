// What VS Code's notebook does around its widget renderer, as far as a card can notice: outputs by mime type, display ids, and
// the rule that only messages of its own cells' requests are heeded. The renderer itself is VS Code's, and so is the kernel real.

import { type Kernel, KernelManager, KernelMessage, ServerConnection } from "@jupyterlab/services";
// @ts-expect-error: a prebuilt module without types, beside the page
import { activate } from "./ipywidgets.js";

const VIEW = "application/vnd.jupyter.widget-view+json";
// biome-ignore lint/suspicious/noExplicitAny: what the renderer and requirejs leave on the page has no types
const page = window as any;
const token = new URLSearchParams(location.search).get("token") ?? "";

// The extension tells requirejs where a widget's module is when one is asked for.
const scripts = {
  widgetsRegisteredInRequireJs: new Set<string>(),
  async loadWidgetScript(name: string) {
    page.requirejs.config({ paths: { [name]: new URL(`nbextensions/${name}/index`, location.href).href } });
    this.widgetsRegisteredInRequireJs.add(name);
  },
  successHandler() {},
  errorHandler: (_class: string, module: string, version: string, error: unknown) => {
    throw new Error(`${module} ${version} did not load: ${error}`);
  },
};

let kernels: KernelManager;
let kernel: Kernel.IKernelConnection;
// biome-ignore lint/suspicious/noExplicitAny: as above
let manager: any;
const ours = new Set<string>();
const shown = new Map<string, HTMLElement[]>();
const outputs = () => document.getElementById("outputs") as HTMLElement;

type Bundle = Record<string, unknown>;

/** The first of the bundle's types that can be drawn. Without the model VS Code goes on to the next. */
async function draw(el: HTMLElement, data: Bundle) {
  const view = data[VIEW] as { model_id: string } | undefined;
  const known = view && manager.has_model(view.model_id);
  el.replaceChildren();
  el.className = known ? "cell-output-ipywidget-background" : "";
  el.dataset.mime = known ? VIEW : data["text/html"] ? "text/html" : "text/plain";
  if (known) {
    const model = await manager.get_model(view.model_id);
    await manager.display_view(view, await manager.create_view(model, { el }), { node: el });
  } else if (data["text/html"]) el.innerHTML = [data["text/html"]].flat().join("");
  else el.textContent = [data["text/plain"]].flat().join("");
}

async function start(name: string) {
  const serverSettings = ServerConnection.makeSettings({
    baseUrl: `${location.origin}/`,
    wsUrl: `${location.origin.replace("http", "ws")}/`,
    token,
  });
  kernels = new KernelManager({ serverSettings });
  activate();
  page.vscIPyWidgets8.load();
  await kernels.ready;
  kernel = await kernels.startNew({ name }, { handleComms: true });
  await kernel.info;
  manager = new page.vscIPyWidgets.WidgetManager(kernel, outputs(), scripts, () => {}, undefined);
  kernel.iopubMessage.connect(async (_, message) => {
    if (!KernelMessage.isUpdateDisplayDataMsg(message)) return;
    const parent = (message.parent_header as { msg_id?: string }).msg_id ?? "";
    if (!ours.has(parent)) return;
    for (const el of shown.get(message.content.transient.display_id as string) ?? [])
      await draw(el, message.content.data);
  });
}

/** Runs a cell; its status. */
async function run(code: string): Promise<string> {
  const cell = outputs().appendChild(document.createElement("section"));
  const future = kernel.requestExecute({ code });
  ours.add(future.msg.header.msg_id);
  future.onIOPub = async (message) => {
    if (KernelMessage.isErrorMsg(message)) cell.append(message.content.traceback.join("\n"));
    if (!KernelMessage.isDisplayDataMsg(message) && !KernelMessage.isExecuteResultMsg(message)) return;
    const el = cell.appendChild(document.createElement("div"));
    const id = message.content.transient?.display_id as string | undefined;
    if (id) shown.set(id, [...(shown.get(id) ?? []), el]);
    await draw(el, message.content.data);
  };
  return (await future.done).content.status;
}

/** The extension asks the kernel about variables and completions; such requests belong to no cell. */
const silently = async (code: string) => {
  await kernel.requestExecute({ code, silent: true, store_history: false }).done;
};

/** Where the kernel is restarted, the extension lets go of the renderer's manager and connection (manager.ts, 2026). */
async function restart() {
  await kernel.restart();
  manager.dispose();
  kernel.dispose();
}

page.host = { start, run, silently, restart, stop: () => kernels.shutdown(kernel.id) };
