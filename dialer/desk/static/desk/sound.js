// Microphone and loudspeaker: which ones, how loud, and whether one hears oneself.

const KEPT = "desk-sound";
const ECHO_MS = 3000;
const LOOK_MS = 100;
const WANTED = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export class Sound {
  stream = null;
  #context = null;
  #chosen = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  #meters = [];
  #analyser = null;
  #onTrack = [];

  constructor(voice) {
    this.voice = voice;
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#changed());
  }

  // The microphone, asked for once.
  async open() {
    if (this.stream?.active) return this.stream;
    await this.#take();
    if (this.#chosen.speaker) await this.#speakBy(this.#chosen.speaker);
    return this.stream;
  }

  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  async #take() {
    const ask = (id) => navigator.mediaDevices.getUserMedia({
      audio: id ? { ...WANTED, deviceId: { exact: id } } : WANTED,
    });
    const before = this.stream;
    this.stream = await ask(this.#chosen.microphone).catch(() => ask(""));
    for (const track of before?.getTracks() ?? []) track.stop();
    const [track] = this.stream.getAudioTracks();
    track.onended = () => this.#take(); // unplugged: go on with whatever is there
    this.#analyser = this.#listenTo(this.stream);
    for (const listener of this.#onTrack) await listener(track);
  }

  // Told of each new track of the microphone.
  onTrack(listener) {
    this.#onTrack.push(listener);
  }

  async devices() {
    const all = await navigator.mediaDevices.enumerateDevices();
    const of = (kind) => all.filter((one) => one.kind === kind);
    return {
      microphones: of("audioinput"), speakers: "setSinkId" in this.voice ? of("audiooutput") : [],
      microphone: this.stream?.getAudioTracks()[0]?.getSettings().deviceId ?? "",
      speaker: this.#chosen.speaker ?? "",
    };
  }

  async choose(what, id) {
    this.#chosen[what] = id;
    localStorage.setItem(KEPT, JSON.stringify(this.#chosen));
    if (what === "microphone") await this.#take();
    else await this.#speakBy(id);
  }

  // Show in this <meter> how loud the microphone is, as long as it is in the page.
  meter(shown) {
    this.#meters.push(shown);
    if (this.#meters.length === 1) setInterval(() => this.#look(), LOOK_MS);
  }

  // Record for some seconds, then play it: `says` is told "speak", "listen", "done".
  async echo(says) {
    const stream = await this.open();
    const recorder = new MediaRecorder(stream);
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    says("speak");
    await new Promise((resolve) => setTimeout(resolve, ECHO_MS));
    recorder.stop();
    await stopped;
    const player = new Audio(URL.createObjectURL(new Blob(parts, { type: recorder.mimeType })));
    if (this.#chosen.speaker && player.setSinkId) await player.setSinkId(this.#chosen.speaker);
    says("listen");
    await player.play();
    await new Promise((resolve) => (player.onended = resolve));
    URL.revokeObjectURL(player.src);
    says("done");
  }

  async #speakBy(id) {
    await this.voice.setSinkId?.(id).catch(() => this.voice.setSinkId(""));
  }

  async #changed() {
    const { microphones } = await this.devices();
    const used = this.stream?.getAudioTracks()[0];
    if (used && !microphones.some((one) => one.deviceId === used.getSettings().deviceId)) {
      await this.#take();
    }
  }

  #listenTo(stream) {
    this.#context ??= new AudioContext();
    const analyser = new AnalyserNode(this.#context, { fftSize: 512 });
    this.#context.createMediaStreamSource(stream).connect(analyser);
    return analyser;
  }

  #look() {
    if (!this.#analyser) return;
    if (this.#context.state === "suspended") this.#context.resume();
    const wave = new Float32Array(512);
    this.#analyser.getFloatTimeDomainData(wave);
    const rms = Math.sqrt(wave.reduce((sum, one) => sum + one * one, 0) / wave.length);
    const level = rms > 0 ? Math.max(0, Math.min(1, 1 + Math.log10(rms) / 3)) : 0; // 60 dB
    for (const one of this.#meters) one.value = level;
  }
}
