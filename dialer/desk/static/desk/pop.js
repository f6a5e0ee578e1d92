// The screen pop: whom the agent has on the line, and what is known of them.

import { Problem, ask, el, say } from "../page.js";
import { has, named, t } from "../words.js";
import { clock, day, regionName, span } from "./times.js";

const NAMES = ["name", "full_name", "first_name", "last_name"];
const VERDICTS = ["human", "machine", "ivr", "fax", "silence", "no_audio"];
const MACHINES = ["machine", "ivr", "fax"];
const SURE = 0.9;
let shown = "";
let revealed = {};

export function drawPop(desk) {
  const { $, pop } = desk;
  $("pop").hidden = !pop;
  if (!pop) {
    shown = "";
    revealed = {};
    return;
  }
  const isOver = desk.me.state === "WRAP_UP";
  const isComing = ["PREVIEW", "RESERVED"].includes(desk.me.state);
  const now = JSON.stringify([pop, isOver, isComing, revealed, document.documentElement.lang]);
  if (now === shown) return;
  shown = now;
  const { person = {} } = pop;
  $("pop").dataset.call = pop.call;
  $("who").textContent = person.name || person.full_name
    || [person.first_name, person.last_name].filter(Boolean).join(" ") || t("pop.nameless");
  $("masked").textContent = revealed[pop.lead] ?? pop.masked;
  $("reveal").hidden = !desk.can("reveal") || pop.lead in revealed || !pop.lead;
  $("pop-campaign").textContent = [pop.campaign, listName(pop), pop.attempt ? t("pop.attempt", { n: pop.attempt }) : ""]
    .filter(Boolean).join(" · ");
  $("fields").replaceChildren(...Object.entries(person)
    .filter(([field, said]) => said && !NAMES.includes(field))
    .flatMap(([field, said]) => [el("dt", {}, has(`field.${field}`) ? named("field", field) : field), el("dd", {}, said)]));
  $("heard").replaceChildren(...(isComing ? [] : heard(pop.heard, isOver)));
  drawScript($, pop, person);
  $("notes-part").hidden = !pop.notes?.length;
  $("notes").replaceChildren(...(pop.notes ?? []).map((one) =>
    el("p", {}, one.text, " ", el("small", { class: "quiet" }, `${one.author}, ${day(one.at)}`))));
  $("history").replaceChildren(history(pop.history));
  theirTime(desk);
}

// Numbers that agents typed are in a list of their own for each campaign.
function listName({ campaign, list }) {
  return list === `${campaign}-by-hand` ? t("dial.title") : list;
}

// The clock on their wall.
export function theirTime({ $, pop, line }) {
  const zones = pop?.zones ?? [];
  if (!zones.length) {
    $("their-time").textContent = regionName(pop?.region);
    return;
  }
  const times = [...new Set(zones.map((zone) => clock(line.now(), zone)))].sort();
  const range = times.length > 1 ? `${times[0]}–${times.at(-1)}` : times[0];
  $("their-time").textContent = t("pop.their_time", { region: regionName(pop.region), time: range });
}

function heard(ears = [], isOver = false) {
  const said = ears.filter(({ sound }) => VERDICTS.includes(sound));
  // Whoever speaks with an agent talks on: only what is beyond doubt makes a machine of a person.
  const person = said.find(({ sound }) => sound === "human");
  const stands = (ear) => !(person && MACHINES.includes(ear.sound) && ear.confidence < SURE);
  const verdict = said.findLast(stands);
  if (!verdict) return [el("span", { class: "pill" }, t("pop.no_verdict"))];
  const kind = verdict.sound === "human" ? "go" : "warm";
  const share = `${Math.round(100 * verdict.confidence)} %`;
  const what = named("verdict", verdict.sound);
  if (isOver && MACHINES.includes(verdict.sound)) {
    return [el("span", { class: `pill ${kind}` }, t("pop.was_machine", { what, share }))];
  }
  return [
    el("span", { class: `pill ${kind}` }, t("pop.verdict", { what, share })),
    el("span", { class: "quiet" }, t("pop.decided", { seconds: verdict.after_s.toFixed(1) })),
  ];
}

// The campaign's script; {name} and other fields of the person are filled in.
function drawScript($, pop, person) {
  $("script-part").hidden = !pop.script;
  const text = pop.script.replace(/\{(\w+)\}/g, (gap, field) => person[field] || gap);
  $("script").replaceChildren(...text.split(/\n{2,}/).map((part) => el("p", {}, part)));
}

function history(past) {
  if (past === null) return el("p", { class: "quiet small" }, t("pop.looking"));
  if (!past.length) return el("p", { class: "quiet small" }, t("pop.first_call"));
  const cell = (text, kind = "") => el("td", { class: kind }, text);
  return el("table", {}, el("tbody", {}, ...past.map((one) => el("tr", {},
    cell(day(one.at), "quiet number"), ended(one),
    cell(one.disposition ? named("disposition", one.disposition.split("@")[0]) : ""),
    cell(one.talk_s ? span(one.talk_s) : "", "number"), cell(one.agents.join(", "), "quiet")))));
}

// What came of an earlier call; of one that we gave up, why.
function ended({ outcome, why }) {
  const said = why && has(`call_end.${why}`) ? el("div", { class: "quiet small" }, named("call_end", why)) : "";
  return el("td", {}, named("outcome", outcome), said);
}

export async function reveal(desk) {
  const { pop } = desk;
  if (!pop?.lead || !desk.can("reveal")) return;
  try {
    const { numbers } = await ask("POST", `/api/v1/leads/${pop.lead}/reveal`);
    revealed = { [pop.lead]: numbers.join(", ") };
    drawPop(desk);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    say(problem.text, "alarm");
  }
}
