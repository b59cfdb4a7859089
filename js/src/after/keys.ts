// The keys of the viewer, and of the bar as far as it has the same buttons. Each has a button too, whose tooltip names it.

export type Deed =
  | "play"
  | "back"
  | "on"
  | "previous"
  | "next"
  | "pick"
  | "wipe"
  | "frame"
  | "loop"
  | "speed"
  | "sound";

const KEYS: Record<string, Deed> = {
  " ": "play",
  ",": "back",
  ".": "on",
  ArrowLeft: "previous",
  ArrowRight: "next",
  p: "pick",
  w: "wipe",
  k: "frame",
  l: "loop",
  s: "speed",
  m: "sound",
};

/** What a key asks for; nothing together with Ctrl, Alt or Meta, which belong to the browser and the notebook. */
export function deedOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey">): Deed | undefined {
  const { key, ctrlKey, altKey, metaKey } = event;
  return ctrlKey || altKey || metaKey ? undefined : KEYS[key.length === 1 ? key.toLowerCase() : key];
}
