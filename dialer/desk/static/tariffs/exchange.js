// Rates of exchange: those that are known, one told by hand, a table of them.

import { ask, el, onSend, say, send, tried } from "../page.js";
import { amount, number, refused } from "./shown.js";
import { t } from "../words.js";

const $ = (id) => document.getElementById(id);
const TABLE_MOST_MB = 4;
let known = [];
let currency = "";
let wrong = [];

export async function beginExchange(mayEdit, ofReports) {
  currency = ofReports;
  for (const id of ["exchange-form", "exchange-file"]) $(id).hidden = !mayEdit;
  onSend($("exchange-form"), async (given) => {
    await ask("POST", "/api/v1/tariffs/exchange", given);
    say(t("tariffs.added", { rows: number(1) }), "go");
    await load();
  });
  onSend($("exchange-file"), async ({ file, source }, message) => {
    wrong = [];
    drawWrong();
    const query = new URLSearchParams({ source: source || file.name.slice(0, 80) });
    const told = await send(`/api/v1/tariffs/exchange/import?${query}`, file, TABLE_MOST_MB);
    wrong = told.rejects;
    drawWrong();
    if (wrong.length) message.textContent = t("tariffs.rates_refused");
    else say(t("tariffs.added", { rows: number(told.kept) }), "go");
    await load();
  });
  document.addEventListener("words", () => { draw(); drawWrong(); });
  await load();
}

async function load() {
  known = await tried(() => ask("GET", "/api/v1/tariffs/exchange")) ?? known;
  draw();
}

function draw() {
  $("exchange-said").textContent = currency ? t("tariffs.turned", { currency }) : t("tariffs.apart");
  $("exchange-rows").replaceChildren(...known.map((one) => el("tr", {},
    el("td", {}, one.day), el("td", {}, amount("1", one.base)), el("td", {}, amount(one.rate, one.quote)), el("td", {}, one.source))));
  $("no-exchange").hidden = known.length > 0;
}

function drawWrong() {
  $("exchange-refused").replaceChildren(...wrong.map((one) => el("li", {}, t("tariffs.in_line", { line: one.line, why: refused(one) }))));
}
