// Plays the kernel for the gallery's cards: holds the states, gives the second bundle, and turns the star.

(async () => {
  const { now, media, widget, after, css, states, grids } = globalThis.runwayGallery;
  const base = new URL("media/", location.href).href;
  const later = Date.now() / 1000 - now;

  class Kernel {
    listeners = new Map();
    constructor(traits) {
      this.traits = traits;
    }
    of(name) {
      if (!this.listeners.has(name)) this.listeners.set(name, new Set());
      return this.listeners.get(name);
    }
    get = (name) => this.traits[name];
    set = () => {};
    save_changes = () => {};
    on = (name, then) => void this.of(name).add(then);
    off = (name, then) => void this.of(name).delete(then);
    emit(name, content) {
      for (const then of [...this.of(name)]) then(content);
    }
    send = ({ ask, take }) => {
      if (ask === "after") setTimeout(() => this.emit("msg:custom", { kind: "after", text: after }));
      if (ask === "pick") this.turnStar(take);
    };
    turnStar(take) {
      const turned = (one) => ({ ...one, _face: { ...one._face, picked: !one._face.picked } });
      const change =
        take === undefined
          ? turned({ _face: this.traits._face })
          : { _takes: this.traits._takes.map((one, number) => (number === take ? turned(one) : one)) };
      this.traits = { ...this.traits, ...change };
      for (const name of Object.keys(change)) this.emit(`change:${name}`);
    }
  }

  // As if it had been written just now.
  const present = (state) => ({
    ...state,
    _face: { ...state._face, expires: state._face.expires && state._face.expires + later },
    _clock: { ...state._clock, at: state._clock.at + later },
  });

  const url = URL.createObjectURL(new Blob([widget], { type: "text/javascript" }));
  const { default: front } = await import(url);
  for (const place of document.querySelectorAll(".ground")) {
    const { kind, name } = place.dataset;
    const state = JSON.parse(JSON.stringify({ states, grids }[kind][name]).replaceAll(media, base));
    state._twin = crypto.randomUUID?.() ?? `${kind} ${name}`; // each is a card of its own
    const shadow = place.attachShadow({ mode: "open" });
    shadow.appendChild(document.createElement("style")).textContent = css;
    const model = new Kernel(state._takes ? { ...state, _takes: state._takes.map(present) } : present(state));
    front.initialize({ model });
    front.render({ model, el: shadow.appendChild(document.createElement("div")) });
  }
})();
