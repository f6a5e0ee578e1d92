// Recordings: which there are, and a player. Each is played by a link made for it, and on record.

import { Problem, ask, el, say } from "./page.js";
import { named, t } from "./words.js";
import { here, instant, moment, span, zoneName } from "./desk/times.js";
import { openings } from "./openings.js";

const $ = (id) => document.getElementById(id);
const PAGE = 50;
const STEP_S = 5;
const sound = $("sound");
const me = await ask("GET", "/me");
let rows = [];
let playing = "";

// One clock for the page, which it names: the campaign's that is asked for, else the latest call's.
let zone = here();
const told = (at) => moment(at, zone);

function setClock() {
  const wanted = $("ask").elements.campaign.value.trim();
  zone = (rows.find((one) => one.campaign === wanted && one.zone) ?? rows.find((one) => one.zone))?.zone || zone;
}

/** The recording that the address names: the board's tables lead to it. */
async function only(call) {
  try {
    rows = [await ask("GET", `/api/v1/recordings/${encodeURIComponent(call)}`)];
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    $("trouble").textContent = problem.text;
  }
  draw();
}

async function load(page = "") {
  const query = new URLSearchParams({ n: PAGE, page });
  for (const [key, value] of new FormData($("ask"))) {
    if (value) query.set(key, ["since", "until"].includes(key) ? instant(value, zone) : value.trim());
  }
  $("trouble").textContent = "";
  try {
    const found = await ask("GET", `/api/v1/recordings?${query}`);
    rows = page ? [...rows, ...found] : found;
    $("more").hidden = found.length < PAGE;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    $("trouble").textContent = problem.text;
  }
  draw();
}

function draw() {
  setClock();
  $("clock").textContent = t("tape.clock", { zone: zoneName(zone) });
  $("rows").replaceChildren(...rows.map(line));
  $("empty").hidden = rows.length > 0;
}

function line(one) {
  const may = (name) => name in me.permissions && one.is_there;
  const orders = [
    may("recording.listen") && el("button", { "data-play": "", "aria-label": `${t("tape.play")}: ${one.call}`, onclick: () => play(one) }, "▶ ", t("tape.play")),
    may("recording.export") && el("a", { class: "button", href: `/api/v1/recordings/${one.call}/file`, download: "" }, t("tape.take")),
    may("recording.delete") && el("button", { onclick: () => askDelete(one) }, t("tape.delete")),
  ];
  return el("tr", { "data-call": one.call, "aria-selected": one.call === playing },
    el("td", {}, told(one.ended_at)), el("td", {}, one.agents.join(", ")), el("td", {}, one.campaign),
    el("td", { class: "number-of" }, one.masked), el("td", {}, one.disposition ? named("disposition", one.disposition.split("@")[0]) : "–"),
    el("td", { class: "number" }, one.seconds ? span(one.seconds) : "–"), el("td", {}, state(one)),
    el("td", { class: "orders" }, ...orders));
}

function state(one) {
  if (one.gone_why) return el("span", { class: "pill" }, t(`tape.gone_${one.gone_why}`));
  if (!one.why) return el("span", { class: "pill go" }, t("tape.well"));
  const kind = one.why.split(":")[0];
  return el("span", { class: `pill ${one.is_there ? "warm" : "alarm"}`, title: one.why }, named("tape_why", kind));
}

async function asked(method, path) {
  try {
    return await ask(method, path);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    say(problem.text, "alarm");
    return null;
  }
}

async function play(one) {
  const link = await asked("POST", `/api/v1/recordings/${one.call}/link`);
  if (!link) return;
  playing = one.call;
  $("playing").textContent = `${told(one.ended_at)} · ${one.agents.join(", ")} · ${one.masked}`;
  $("player").hidden = false;
  sound.src = link.url;
  draw();
  $("rows").querySelector(`[data-call="${one.call}"] [data-play]`)?.focus();
  await sound.play().catch(() => say(t("tape.mute"), "warm"));
}

function askDelete(one) {
  $("sure-what").textContent = `${told(one.ended_at)} · ${one.agents.join(", ")} · ${one.masked}`;
  $("sure-go").onclick = async () => {
    $("sure").close();
    if (await asked("DELETE", `/api/v1/recordings/${one.call}`)) {
      say(t("tape.deleting"), "go");
      rows = rows.map((row) => (row === one ? { ...one, is_there: false, gone_why: "order" } : row));
      draw();
    }
  };
  $("sure").showModal();
}

function step(by) {
  const buttons = [...document.querySelectorAll("[data-play]")];
  const at = buttons.indexOf(document.activeElement);
  buttons[Math.min(Math.max(at + by, 0), buttons.length - 1)]?.focus();
}

const KEYS = {
  arrowdown: () => step(1), arrowup: () => step(-1),
  k: () => (sound.paused ? sound.play() : sound.pause()),
  j: () => { sound.currentTime -= STEP_S; }, l: () => { sound.currentTime += STEP_S; },
  "/": () => $("ask").elements.campaign.focus(),
};

document.addEventListener("keydown", (event) => {
  const key = KEYS[event.key.toLowerCase()];
  if (!key || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (event.target.matches("input, select, textarea, audio")) return;
  event.preventDefault();
  key();
});
$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  load();
});
$("more").addEventListener("click", () => load(rows.at(-1).page));
$("sure-no").addEventListener("click", () => $("sure").close());
document.addEventListener("words", draw);
const call = new URLSearchParams(location.search).get("call");
await (call ? only(call) : load());
await openings(me, () => zone);
