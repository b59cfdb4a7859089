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

/** What goes on as long as its key is held; a switch would only flicker. */
const HELD: (Deed | undefined)[] = ["back", "on", "previous", "next"];

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "repeat">;

/** What a key asks for; nothing together with Ctrl, Alt or Meta, which belong to the browser and the notebook. */
export function deedOf({ key, ctrlKey, altKey, metaKey, repeat }: Press): Deed | undefined {
  const deed = KEYS[key.length === 1 ? key.toLowerCase() : key];
  return ctrlKey || altKey || metaKey || (repeat && !HELD.includes(deed)) ? undefined : deed;
}
