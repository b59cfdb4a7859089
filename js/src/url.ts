// Every address goes through these functions before it becomes a src or an href.

/** The address if it is http(s), else null. */
export function webUrl(text: string): string | null {
  try {
    const { protocol, href } = new URL(text);
    return /^https?:$/.test(protocol) ? href : null;
  } catch {
    return null;
  }
}

/** The address of a picture: http(s), or a bitmap as a data URI ("svg+xml" does not match \w+: an SVG may hold scripts). */
export function pictureUrl(text: string): string | null {
  return /^data:image\/\w+;base64,[\w+/=\s]+$/i.test(text) ? text : webUrl(text);
}

/** A text with every address in it cut before its query or fragment, which may hold a signature. */
export function unsigned(text: string): string {
  return text.replace(/\b(https?:\/\/[^\s?#"'<>]+)[?#][^\s"'<>]*/gi, "$1");
}

/** The host of an address, for a link's words. */
export function hostOf(text: string): string {
  return new URL(text).host;
}
