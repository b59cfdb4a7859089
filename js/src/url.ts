// The only door for addresses: what these functions refuse never becomes a src or an href.

/** The address if it is http(s), else null. */
export function webUrl(text: string): string | null {
  try {
    const { protocol, href } = new URL(text);
    return /^https?:$/.test(protocol) ? href : null;
  } catch {
    return null;
  }
}

/** The address of a picture: http(s), or a bitmap carried in the address itself ("svg+xml" is more than a word). */
export function pictureUrl(text: string): string | null {
  return /^data:image\/\w+;base64,[\w+/=\s]+$/i.test(text) ? text : webUrl(text);
}

/** An address for the eye: without its query and fragment, which may hold a signature. Other text is left as it is. */
export function unsigned(text: string): string {
  return text.replace(/\b(https?:\/\/[^\s?#"'<>]+)[?#][^\s"'<>]*/gi, "$1");
}

/** The host of an address, for a link's words. */
export function hostOf(text: string): string {
  return new URL(text).host;
}
