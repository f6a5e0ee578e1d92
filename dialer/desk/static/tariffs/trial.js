// A number tried: what a call would cost, by which rate, and why by that one.

import { ask, el, onSend } from "../page.js";
import { amount, number, rate } from "./shown.js";
import { named, t } from "../words.js";

const $ = (id) => document.getElementById(id);
let seen = null;

export function beginTrial() {
  onSend($("trial-form"), async (given) => {
    const at = given.at ? new Date(given.at).getTime() / 1000 : null;
    $("trial-said").replaceChildren();
    seen = null;
    seen = await ask("POST", "/api/v1/tariffs/price", { deck: given.deck, number: given.number, seconds: Number(given.seconds), at });
    draw();
  });
  document.addEventListener("words", draw);
}

function draw() {
  if (!seen) return;
  const none = el("p", { class: "notice warm" }, t("tariffs.no_rate"));
  const cost = el("p", {}, el("span", { class: "sum" }, amount(seen.amount, seen.currency)), ` – ${t("tariffs.billed", { seconds: number(seen.billed_s), version: seen.version })}`);
  const rows = seen.candidates.map((one) => el("tr", { class: one.why === "decides" ? "" : "old" },
    el("td", {}, one.rate.prefix), el("td", {}, one.rate.description), el("td", {}, rate(one.rate)),
    el("td", {}, el("span", { class: one.why === "decides" ? "pill go" : "pill" }, named("rate_why", one.why)))));
  const heads = ["tariff_field.prefix", "tariff_field.description", "tariffs.price", "tariffs.why"];
  const table = el("table", {}, el("thead", {}, el("tr", {}, ...heads.map((key) => el("th", { scope: "col" }, t(key))))), el("tbody", {}, ...rows));
  $("trial-said").replaceChildren(seen.amount === null ? none : cost, ...(rows.length ? [el("div", { class: "wide" }, table)] : []));
}
