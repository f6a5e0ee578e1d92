// The desk's line to the server: it owns the state, we show it; orders are repeated until answered.
//
//   line.on("state", (state, changed) => ...)      parts of the state, merged; names of the new ones
//   line.on("link", (how) => ...)                  "up", "down", "elsewhere", "taken", "over"
//   await line.order("pause", { reason: "lunch" }) resolves when the journal has it on disk

import { Problem, ask } from "../page.js";

const SILENT_MS = 9000; // the server says something every three seconds
const AGAIN_MS = [300, 700, 1500, 3000, 5000];
const [ENDED, TAKEN] = [4401, 4409];

// The same tab after a reload takes its own place without asking. A tab that was copied has the
// name, but nobody has left it there: it gets a name of its own, and has to be told to take over.
const TAB = "desk-tab";
const LEFT = "desk-left";
const tab = (sessionStorage.getItem(LEFT) && sessionStorage.getItem(TAB)) || crypto.randomUUID();
sessionStorage.setItem(TAB, tab);
sessionStorage.removeItem(LEFT);
addEventListener("pagehide", () => sessionStorage.setItem(LEFT, "yes"));
addEventListener("pageshow", () => sessionStorage.removeItem(LEFT));

export class Line {
  state = {};
  offsetMs = 0;
  #listeners = { state: [], link: [] };
  #waiting = new Map();
  #next = Date.now();
  #tries = 0;
  #socket = null;
  #timer = 0;
  #silence = 0;
  #over = false;

  constructor() {
    for (const event of ["online", "focus"]) addEventListener(event, () => this.#hurry());
    document.addEventListener("visibilitychange", () => this.#hurry());
  }

  on(what, listener) {
    this.#listeners[what].push(listener);
  }

  // What the server's clock says, in seconds.
  now() {
    return (Date.now() + this.offsetMs) / 1000;
  }

  connect(takeOver = false) {
    clearTimeout(this.#timer);
    this.#drop();
    this.#over = false;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/desk/live`);
    this.#socket = socket;
    let heard = false;
    socket.onopen = () => {
      socket.send(JSON.stringify({ tab, take_over: takeOver }));
      this.#listenOn();
    };
    socket.onmessage = ({ data }) => {
      this.#listenOn();
      const told = JSON.parse(data);
      if (!heard && !told.elsewhere) this.#begun();
      heard = true;
      this.#take(told, socket);
    };
    socket.onclose = ({ code }) => this.#closed(code, heard);
    this.#listenOn();
  }

  order(order, fields = {}) {
    const id = this.#next++;
    const text = JSON.stringify({ id, order, ...fields });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { text, resolve, reject });
      if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
    });
  }

  #take(told, socket) {
    if ("beat" in told) socket.send(JSON.stringify(told));
    else if ("ack" in told) this.#answered(told.ack)?.resolve();
    else if ("refused" in told) {
      this.#answered(told.refused)?.reject(new Problem(told.status, { detail: told.why, reason: told.reason, values: told.values }, 0));
    } else if (told.elsewhere) {
      this.#say("link", "elsewhere");
      clearTimeout(this.#silence);
    } else {
      if (told.me?.at) this.offsetMs = told.me.at * 1000 - Date.now();
      Object.assign(this.state, told);
      this.#say("state", this.state, told);
    }
  }

  #answered(id) {
    const one = this.#waiting.get(id);
    this.#waiting.delete(id);
    return one;
  }

  #begun() {
    this.#tries = 0;
    this.#say("link", "up");
    for (const { text } of this.#waiting.values()) this.#socket.send(text);
  }

  #closed(code, heard) {
    this.#drop();
    if (code === TAKEN) this.#end("taken");
    else if (code === ENDED) this.#end("over");
    else {
      if (heard || this.#tries === 0) this.#say("link", "down");
      if (!heard) this.#look();
      const most = AGAIN_MS[Math.min(this.#tries++, AGAIN_MS.length - 1)];
      this.#timer = setTimeout(() => this.connect(), most * (0.7 + 0.6 * Math.random()));
    }
  }

  // A refused handshake does not say why: is there a session still?
  async #look() {
    const why = await ask("GET", "/me").catch((problem) => problem);
    if (why instanceof Problem && why.status === 401) this.#end("over");
  }

  #end(how) {
    clearTimeout(this.#timer);
    this.#over = true;
    this.#drop();
    this.#say("link", how);
  }

  #listenOn() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#closed(0, true), SILENT_MS);
  }

  #drop() {
    clearTimeout(this.#silence);
    if (!this.#socket) return;
    this.#socket.onclose = this.#socket.onmessage = this.#socket.onopen = null;
    this.#socket.close();
    this.#socket = null;
  }

  // Awake again, or the network is back: no need to wait.
  #hurry() {
    if (this.#over || document.visibilityState === "hidden") return;
    if (!this.#socket) {
      this.#tries = 0;
      this.connect();
    }
  }

  #say(what, ...told) {
    for (const listener of this.#listeners[what]) listener(...told);
  }
}
