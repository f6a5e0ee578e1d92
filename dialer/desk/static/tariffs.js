// What calls cost: which list rates which trunk, and whatever is done with lists, charges and bills.

import { ask, el, say, tried } from "./page.js";
import { day, moment, number } from "./tariffs/shown.js";
import { beginAgain, offerAgain } from "./tariffs/again.js";
import { beginBill } from "./tariffs/bill.js";
import { beginCharges, drawCharges } from "./tariffs/charges.js";
import { beginExchange } from "./tariffs/exchange.js";
import { beginList, knownDecks } from "./tariffs/pricelist.js";
import { beginTrial } from "./tariffs/trial.js";
import { t } from "./words.js";

const $ = (id) => document.getElementById(id);
let me = { permissions: {} };
let known = { decks: [], trunks: [], charges: [], currency: "" };

export async function load() {
  known = await tried(() => ask("GET", "/api/v1/tariffs")) ?? known;
  draw();
}

function draw() {
  $("trunk-rows").replaceChildren(...known.trunks.map(trunk));
  $("no-trunks").hidden = known.trunks.length > 0;
  $("deck-rows").replaceChildren(...known.decks.flatMap(versions));
  $("no-decks").hidden = known.decks.length > 0;
  for (const form of ["bill-form", "again-form"]) choose($(form).elements.trunk, known.trunks.map((one) => one.name));
  choose($("trial-form").elements.deck, known.decks.map((one) => one.name));
  knownDecks(known.decks);
  drawCharges(known.charges);
}

// The choices of a menu anew; what was chosen stays chosen.
function choose(menu, names) {
  const before = menu.value;
  menu.replaceChildren(...names.map((name) => el("option", { value: name, selected: name === before }, name)));
}

function trunk(one) {
  const none = el("span", { class: "pill warm" }, t("tariffs.none"));
  const said = one.deck ? one.deck : [none, " ", el("span", { class: "small" }, t("tariffs.none_help"))];
  return el("tr", { "data-trunk": one.name }, el("td", {}, one.name), el("td", {}, ...[said].flat()), el("td", { class: "orders" }, ...orders(one)));
}

function orders(one) {
  if (!("tariff.edit" in me.permissions) || !known.decks.length) return [];
  const options = ["", ...known.decks.map((deck) => deck.name)]
    .map((name) => el("option", { value: name, selected: name === one.deck }, name || t("tariffs.no_deck")));
  const menu = el("select", { "aria-label": `${t("tariffs.deck")}: ${one.name}` }, ...options);
  return [el("span", { class: "buttons" }, menu, el("button", { onclick: () => use(one, menu.value) }, t("tariffs.use")))];
}

async function use(one, deck) {
  const done = await tried(() => ask("PUT", `/api/v1/tariffs/trunks/${encodeURIComponent(one.name)}`, { deck }));
  if (!done) return;
  say(deck ? t("tariffs.used", { trunk: one.name, deck }) : t("tariffs.unused", { trunk: one.name }), "go");
  await load();
  if (deck) offerAgain(one.name);
}

function versions(deck) {
  const trunks = deck.trunks.length ? deck.trunks.join(", ") : el("span", { class: "quiet" }, t("tariffs.rates_none"));
  return deck.versions.map((one, at) => el("tr", { class: at ? "old" : "", "data-deck": deck.name, "data-version": one.version },
    el("td", {}, at ? "" : deck.name), el("td", { class: "number" }, one.version),
    el("td", {}, one.valid_from ? day(one.valid_from) : t("tariffs.always")),
    el("td", { class: "number" }, at ? "" : number(deck.prefixes)), el("td", {}, at ? "" : deck.currency),
    el("td", {}, at ? "" : trunks),
    el("td", {}, moment(one.imported_at), el("div", { class: "quiet small" }, `${one.origin} · ${one.imported_by}`))));
}

document.addEventListener("words", draw);
me = await ask("GET", "/me");
const mayEdit = "tariff.edit" in me.permissions;
beginAgain(mayEdit);
beginList(mayEdit, load);
beginTrial();
beginBill("tariff.export" in me.permissions);
beginCharges(mayEdit, load);
await load();
await beginExchange(mayEdit, known.currency);
