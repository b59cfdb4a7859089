// Copying where the clipboard may be missing: insecure pages and some editors have no navigator.clipboard.

export async function copyText(text: string, button: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text, button);
  }
}

function copyBySelection(text: string, button: HTMLElement): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "rw-spoken";
  // Beside the button, not on the body: inside a shadow root or a modal only the neighbourhood can be focused.
  button.after(field);
  field.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
    button.focus();
  }
}
