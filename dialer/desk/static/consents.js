// Who agreed to be called: the latest consents, one more, a file of them, and their end.

import { Problem, ask, el, head, say, tried } from "./page.js";
import { language, t } from "./words.js";

const $ = (id) => document.getElementById(id);
let known = [];
let may = {};

const day = (at) => new Date(at * 1000).toLocaleDateString(language(), { timeZone: "UTC" });
const instant = (date) => date ? Date.parse(`${date}T00:00:00Z`) / 1000 : null;

export async function beginConsents(me) {
  may = me.permissions;
  $("consents").hidden = !("consent.see" in may);
  $("agreed").hidden = $("agreed-file").hidden = !("consent.add" in may);
  if ($("consents").hidden) return;
  document.addEventListener("words", draw);
  await load();
}

async function load() {
  const found = await tried(() => ask("GET", "/api/v1/consents"));
  if (found) known = found;
  draw();
}

$("agreed").addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = Object.fromEntries(new FormData($("agreed")));
  const wish = {
    number: given.number, country: given.country, source: given.source, proof: given.proof,
    campaign: given.campaign, given_at: instant(given.given), expires_at: instant(given.expires),
  };
  if (await tried(() => ask("POST", "/api/v1/consents", wish))) await kept($("agreed"), 1);
});

$("agreed-file").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = $("agreed-file").elements;
  const query = new URLSearchParams({ country: form.country.value, source: form.source.value });
  const told = await tried(() => sent(`/api/v1/consents/import?${query}`, form.file.files[0]));
  if (told) await kept($("agreed-file"), told.recorded);
});

export async function sent(path, body) {
  const said = await fetch(path, { method: "POST", body, headers: { "content-type": "text/csv", "x-csrf-token": head.csrf } });
  const told = await said.json().catch(() => ({}));
  if (!said.ok) throw new Problem(said.status, told, 0);
  return told;
}

async function kept(form, n) {
  say(t("consents.recorded", { n }), "go");
  form.reset();
  await load();
}

function draw() {
  $("agreements").replaceChildren(...known.map(row));
  $("no-consents").hidden = known.length > 0;
}

function row(one) {
  const revoke = () => tried(() => ask("POST", `/api/v1/consents/${one.consent}/revoke`)).then(load);
  return el("tr", { "data-consent": one.consent }, el("td", { class: "number-of" }, one.masked), el("td", {}, one.campaign || t("consents.all")),
    el("td", {}, one.source), el("td", {}, one.proof), el("td", {}, day(one.given_at)), el("td", {}, one.expires_at === null ? "" : day(one.expires_at)),
    el("td", {}, state(one)), el("td", { class: "orders" }, one.revoked_at === null && "consent.revoke" in may && el("button", { type: "button", onclick: revoke }, t("consents.revoke"))));
}

function state(one) {
  if (one.revoked_at !== null) return el("span", { class: "pill warm", title: one.revoked_by }, t("consents.revoked"));
  const over = one.expires_at !== null && one.expires_at * 1000 <= Date.now();
  return el("span", { class: `pill ${over ? "warm" : "go"}` }, t(over ? "consents.expired" : "consents.in_force"));
}
