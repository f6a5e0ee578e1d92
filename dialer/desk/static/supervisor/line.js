// The floor as the server tells it: all of it, then what changes. It comes again by itself.
//
//   floor.on("told", (now) => ...)     agents, campaigns, switch, room
//   floor.on("link", (isUp) => ...)
//   floor.on("ended", ({ agent, why }) => ...)

import { Problem, ask } from "../page.js";

const AGAIN_MS = [300, 700, 1500, 3000, 5000];
const ENDED = 4401;
const WHOLE = ["agents", "campaigns"];

export class Floor {
  now = { agents: {}, campaigns: {}, switch: "up", room: true };
  #offsetMs = 0;
  #tries = 0;
  #listeners = { told: [], link: [], ended: [] };

  on(what, listener) {
    this.#listeners[what].push(listener);
  }

  // What the server's clock says, in seconds.
  at() {
    return (Date.now() + this.#offsetMs) / 1000;
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/supervisor/live`);
    let isFirst = true;
    socket.onmessage = ({ data }) => {
      const told = JSON.parse(data);
      if (told.ended) return this.#say("ended", told.ended);
      if (isFirst) {
        this.now = { agents: {}, campaigns: {} };
        this.#tries = 0;
        this.#say("link", true);
      }
      isFirst = false;
      this.#merge(told);
    };
    socket.onclose = ({ code }) => this.#closed(code, isFirst);
  }

  #merge({ at, ...told }) {
    this.#offsetMs = at * 1000 - Date.now();
    for (const [part, value] of Object.entries(told)) {
      if (!WHOLE.includes(part)) this.now[part] = value;
      else {
        Object.assign(this.now[part], value);
        for (const [key, one] of Object.entries(value)) if (one === null) delete this.now[part][key];
      }
    }
    this.#say("told", this.now);
  }

  async #closed(code, unheard) {
    this.#say("link", false);
    const over = code === ENDED || (unheard && (await hasNoSession()));
    if (over) return location.assign("/login?to=/supervisor");
    const most = AGAIN_MS[Math.min(this.#tries++, AGAIN_MS.length - 1)];
    setTimeout(() => this.connect(), most * (0.7 + 0.6 * Math.random()));
  }

  #say(what, told) {
    for (const listener of this.#listeners[what]) listener(told);
  }
}

async function hasNoSession() {
  const why = await ask("GET", "/me").catch((problem) => problem);
  return why instanceof Problem && why.status === 401;
}
