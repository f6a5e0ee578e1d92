// Openings: the first seconds after an answer, heard again, and said who it was.

import { ask, el, say, tried } from "./page.js";
import { named, t } from "./words.js";
import { moment } from "./desk/times.js";

const $ = (id) => document.getElementById(id);
const WHO = ["human", "machine", "ivr", "fax", "silence", "announcement"];
const RECORDED = ["ivr", "machine"];
let me = null;
let shown = null;

let zoneNow = null;

export async function openings(who, zone) {
  me = who;
  zoneNow = zone;
  if (!("recording.listen" in me.permissions)) return;
  $("openings").hidden = false;
  document.addEventListener("words", draw);
  await load();
}

async function load() {
  shown = await tried(() => ask("GET", "/api/v1/openings")) ?? shown;
  draw();
}

function draw() {
  if (!shown) return;
  $("openings-off").hidden = shown.keeps;
  $("openings-kept").textContent = t("opening.kept", { days: shown.keep_days });
  $("openings-take").hidden = !("recording.export" in me.permissions);
  $("openings-none").hidden = shown.openings.length > 0;
  $("openings-rows").replaceChildren(...shown.openings.map(line));
}

function line(one) {
  const word = one.disposition ? named("disposition", one.disposition.split("@")[0]) : "–";
  return el("tr", { "data-opening": one.call },
    el("td", {}, moment(one.ended_at, zoneNow())), el("td", {}, one.agents.join(", ")), el("td", {}, one.campaign),
    el("td", { class: "number-of" }, one.masked), el("td", {}, word),
    el("td", { title: one.verdict_cause }, one.verdict ? named("who", one.verdict) : "–"),
    el("td", {}, el("audio", { controls: true, preload: "none", src: `/api/v1/openings/${one.call}/audio`, "aria-label": `${t("tape.play")}: ${one.call}` })),
    el("td", { class: "orders" }, ...orders(one)));
}

function orders(one) {
  const told = one.told && el("span", { class: `pill ${isWrong(one) ? "alarm" : "go"}`, title: one.told_by }, named("who", one.told));
  if (!("score.set" in me.permissions)) return [told || "–"];
  const choices = WHO.map((who) => el("option", { value: who, selected: who === one.told }, named("who", who)));
  const choice = el("select", { "aria-label": `${t("opening.who")}: ${one.call}` }, el("option", { value: "" }, "–"), ...choices);
  choice.addEventListener("change", () => choice.value && tell(one, choice.value));
  return [told, choice, known(one), "recording.delete" in me.permissions && el("button", { onclick: () => letGo(one) }, t("tape.delete"))];
}

function known(one) {
  if (one.prompt) return el("span", { class: "pill go", title: one.prompt }, t("opening.known"));
  const may = RECORDED.includes(one.told) && "setting.edit" in me.permissions;
  return may && el("button", { title: t("opening.know_why"), onclick: () => enrol(one) }, t("opening.know"));
}

function isWrong(one) {
  return (one.told === "human") === ["machine", "ivr", "fax"].includes(one.verdict);
}

async function tell(one, label) {
  if (!await tried(() => ask("PUT", `/api/v1/openings/${one.call}`, { label }))) return;
  say(t("opening.told", { who: named("who", label) }), "go");
  await load();
}

async function enrol(one) {
  const card = await tried(() => ask("POST", `/api/v1/openings/${one.call}/prompt`));
  if (!card) return;
  say(t("said.enrolled", { kind: named("announced", card.kind) }), "go");
  await load();
}

async function letGo(one) {
  if (await tried(() => ask("DELETE", `/api/v1/openings/${one.call}`))) await load();
}
