// What there is to see of the static cards on a page: each text with its contrast, and each picture with its box.
() => {
  const SIGNS = "✓!●○⊘★";
  for (const folded of document.querySelectorAll(".runway-static details")) folded.open = true;

  const above = (el) => el.parentElement ?? el.getRootNode().host;
  const over = ([r, g, b, a], under) => [r, g, b].map((part, i) => part * a + under[i] * (1 - a));

  /** Red, green and blue up to 255, and how opaque it is, of a computed colour. */
  function parts(colour) {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return colour.startsWith("color(") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  }

  function ground(el) {
    if (!el) return [255, 255, 255];
    const colour = parts(getComputedStyle(el).backgroundColor);
    return colour[3] === 1 ? colour.slice(0, 3) : over(colour, ground(above(el)));
  }

  function luminance(colour) {
    const linear = colour.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  }

  /** As WCAG counts it, with what makes a text more transparent than its colour. */
  function contrast(el) {
    const under = ground(el);
    const ink = parts(getComputedStyle(el).color);
    for (let each = el; each; each = above(each)) ink[3] *= getComputedStyle(each).opacity;
    const [dark, light] = [luminance(over(ink, under)), luminance(under)].sort((one, other) => one - other);
    return (light + 0.05) / (dark + 0.05);
  }

  const cards = [...document.querySelectorAll(".runway-static")];
  const texts = cards.flatMap((card) => {
    const found = [];
    const walk = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const { data, parentElement: el } = walk.currentNode;
      if (data.trim() && el.checkVisibility() && !el.closest("video, style"))
        found.push({ text: data.trim(), sign: SIGNS.includes(data.trim()), contrast: contrast(el) });
    }
    return found;
  });

  const media = cards
    .flatMap((card) => [...card.querySelectorAll("img, video")])
    .map((el) => {
      const own = el.getBoundingClientRect();
      const box = el.parentElement.getBoundingClientRect();
      const picture = el.nodeName === "IMG" ? el : el.previousElementSibling; // a player lies over its picture
      const seen = picture?.naturalWidth > 0;
      return { seen, wide: own.width - box.width, high: own.height - box.height, width: own.width };
    });

  return {
    cards: cards.map((card) => card.innerText),
    tasks: document.querySelectorAll(".runway-task").length,
    texts,
    media,
    markup: [...document.querySelectorAll(".runway-static :is(h1, h2, h3, li, em, blockquote, .math, mjx-container)")].length,
    wider: cards.filter((card) => card.scrollWidth > card.clientWidth).length,
  };
}
