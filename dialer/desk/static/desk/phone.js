// The softphone: registers at our own server, answers the one leg that stays for the shift.
//
// Only our dialer can ring here: the line goes through the log-in to an Asterisk that takes calls
// from nobody else. A new ringing replaces a leg that is already there; it is newer.

import { UA, WebSocketInterface } from "../vendor/jssip.js";

const REGISTER_MS = 6000;
const GATHER_MS = 600; // long enough for STUN; addresses that take longer come too late
const HOST = "dialer.invalid";
const SIGNED_ON_THE_WAY = "by-session"; // the line puts the right signature in its place

export class Softphone {
  state = "off"; // off, connecting, registered, refused; and with a leg: talking, lost
  muted = false;
  #ua = null;
  #session = null;
  #listeners = [];

  constructor(sound) {
    this.sound = sound;
    sound.onTrack((track) => this.#send(track));
  }

  onState(listener) {
    this.#listeners.push(listener);
  }

  get isOn() {
    return this.#ua !== null;
  }

  // Registered, or not within some seconds; then it goes on trying.
  async start({ name, ice }) {
    if (this.#ua) return;
    await this.sound.open();
    this.ice = ice;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const ua = new UA({
      sockets: [new WebSocketInterface(`${scheme}://${location.host}/desk/sip`)],
      uri: `sip:${name}@${HOST}`, password: SIGNED_ON_THE_WAY, register: true, register_expires: 120,
      session_timers: false, connection_recovery_min_interval: 1, connection_recovery_max_interval: 5,
    });
    this.#ua = ua;
    this.#become("connecting");
    ua.on("disconnected", () => this.#become("connecting"));
    ua.on("registered", () => this.#become("registered"));
    ua.on("registrationFailed", ({ response }) => this.#become(response ? "refused" : "connecting"));
    ua.on("newRTCSession", ({ session, originator }) => {
      if (originator === "remote") this.#answer(session);
    });
    const registered = new Promise((resolve) => ua.on("registered", resolve));
    ua.start();
    await Promise.race([registered, new Promise((resolve) => setTimeout(resolve, REGISTER_MS))]);
  }

  stop() {
    this.#ua?.stop();
    this.#ua = this.#session = null;
    this.sound.voice.srcObject = null;
    this.sound.close();
    this.#become("off");
  }

  // Register at once, where the line was lost and the page woke up.
  wake() {
    if (this.#ua && !this.#ua.isConnected()) this.#ua.start();
  }

  mute(muted) {
    this.muted = muted;
    for (const track of this.sound.stream?.getAudioTracks() ?? []) track.enabled = !muted;
    this.#become(this.state);
  }

  get hasLeg() {
    return this.#session !== null;
  }

  async #answer(session) {
    this.#session?.terminate({ status_code: 480 });
    this.#session = session;
    const over = () => {
      if (this.#session === session) this.#session = null;
      this.#become(this.state);
    };
    session.on("ended", over);
    session.on("failed", over);
    let gathering = 0;
    session.on("icecandidate", ({ ready }) => {
      clearTimeout(gathering);
      gathering = setTimeout(ready, GATHER_MS);
    });
    session.on("peerconnection", ({ peerconnection }) => this.#watch(session, peerconnection));
    const stream = await this.sound.open();
    session.answer({ mediaStream: stream, pcConfig: { iceServers: this.ice } });
  }

  #watch(session, connection) {
    connection.addEventListener("track", ({ streams: [stream] }) => {
      this.sound.voice.srcObject = stream;
      this.sound.voice.play().catch(() => this.#become("blocked"));
    });
    connection.addEventListener("connectionstatechange", () => {
      if (this.#session === session) this.#become(this.state);
    });
  }

  // How the voice fares: "", "connecting", "flows", "lost".
  get voice() {
    const how = this.#session?.connection?.connectionState;
    const names = { connected: "flows", disconnected: "lost", failed: "lost", closed: "" };
    return how === undefined ? "" : (names[how] ?? "connecting");
  }

  async #send(track) {
    track.enabled = !this.muted;
    const senders = this.#session?.connection?.getSenders() ?? [];
    for (const one of senders.filter(({ track: old }) => old?.kind === "audio")) {
      await one.replaceTrack(track);
    }
  }

  #become(state) {
    this.state = state;
    for (const listener of this.#listeners) listener(this);
  }
}
