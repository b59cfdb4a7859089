// Copying where the clipboard may be missing: insecure pages and some editors have no navigator.clipboard.

export async function copyText(text: string, near: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text, near);
  }
}

function copyBySelection(text: string, near: Element): boolean {
  const focused = near.getRootNode() as Document | ShadowRoot;
  const back = focused.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.style.cssText = "position:fixed;opacity:0;pointer-events:none";
  // Beside the button, not on the body: inside a shadow root or a modal only the neighbourhood can be focused.
  near.parentElement?.append(field);
  field.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
    if (back instanceof HTMLElement) back.focus();
  }
}
