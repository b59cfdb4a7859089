// Icons of the second bundle, on the same grid as those of the first.

export const shapes = {
  play: "M5 3l8 5-8 5z",
  pause: "M5.5 3v10M10.5 3v10",
  back: "M12 3.5L6 8l6 4.5zM4 3.5v9",
  on: "M4 3.5L10 8l-6 4.5zM12 3.5v9",
  loop: "M3 8V7a2 2 0 0 1 2-2h7l-2-2M13 8v1a2 2 0 0 1-2 2H4l2 2",
  large: "M9.5 3H13v3.5M6.5 13H3V9.5M13 3L9.5 6.5M3 13l3.5-3.5",
  close: "M4 4l8 8M12 4l-8 8",
  wipe: "M2 3h12v10H2zM8 1v14M4.5 8h0M11.5 8h0",
  frame: "M2 5h3l1-2h4l1 2h3v8H2zM8 6.5a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z",
  previous: "M10 3L5 8l5 5",
  next: "M6 3l5 5-5 5",
  sound: "M2 6v4h2.5L8 13V3L4.5 6zM10.5 6a3 3 0 0 1 0 4M12.5 4a6 6 0 0 1 0 8",
  muted: "M2 6v4h2.5L8 13V3L4.5 6zM10.5 6l3.5 4M14 6l-3.5 4",
} as const;
