// One person: found by a number; the evidence of his calls, all that is kept of him, or the end of it.

import { Problem, ask, el, head, say, tried } from "./page.js";
import { language, named, t } from "./words.js";

const $ = (id) => document.getElementById(id);
const LOOK_AGAIN_MS = 1500;
const RIGHTS = ["lead.evidence", "lead.export", "lead.erase"];
let may = [];
let wanted = null;
let found = null;
let erasures = [];

const when = (at) => new Date(at * 1000).toLocaleString(language());

// A file that an order makes: asked for, and handed to whoever reads the page.
export async function takeAway(path, body, name) {
  const headers = { "content-type": "application/json", "x-csrf-token": head.csrf };
  const said = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!said.ok) throw new Problem(said.status, await said.json().catch(() => ({})), 0);
  const link = el("a", { href: URL.createObjectURL(await said.blob()), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

export function begin(me) {
  may = RIGHTS.filter((one) => one in me.permissions);
  $("person").hidden = !may.length;
  $("erased").hidden = !may.includes("lead.erase");
  if (may.includes("lead.erase")) look();
  document.addEventListener("words", () => { draw(); drawErasures(); });
  setInterval(() => {
    if (erasures.some((one) => one.done_at === null) && !document.hidden) look();
  }, LOOK_AGAIN_MS);
}

$("who").addEventListener("submit", async (event) => {
  event.preventDefault();
  wanted = { number: $("who").elements.number.value, country: $("who").elements.country.value };
  found = await tried(() => ask("POST", "/api/v1/leads/search", wanted));
  draw();
});

function draw() {
  if (!found) return;
  $("leads").replaceChildren(...found.map(row));
  $("nobody").hidden = found.length > 0;
  $("of-person").replaceChildren(...[
    may.includes("lead.export") && el("button", { type: "button", onclick: () => tried(() => takeAway("/api/v1/persons/export", wanted, "person.zip")) }, t("person.export")),
    may.includes("lead.erase") && el("button", { type: "button", class: "alarm", onclick: () => $("sure").showModal() }, t("person.erase")),
  ].filter(Boolean));
}

function row(one) {
  const evidence = () => tried(() => takeAway(`/api/v1/leads/${one.lead}/evidence`, {}, `evidence-${one.lead}.zip`));
  return el("tr", { "data-lead": one.lead }, el("td", {}, one.list), el("td", { class: "number-of" }, one.numbers.map((n) => n.masked).join(", ")),
    el("td", {}, t(`person.is_${one.state}`)), el("td", { class: "number" }, one.attempts), el("td", {}, one.disposition ? named("disposition", one.disposition) : ""),
    el("td", { class: "orders" }, may.includes("lead.evidence") && el("button", { type: "button", onclick: evidence }, t("person.evidence"))));
}

$("sure").addEventListener("close", async () => {
  if ($("sure").returnValue !== "yes") return;
  $("sure").returnValue = "";
  const told = await tried(() => ask("POST", "/api/v1/persons/erase", wanted));
  if (!told) return;
  say(t("person.ordered"), "go");
  found = null;
  $("leads").replaceChildren();
  $("of-person").replaceChildren();
  $("who").reset();
  await look();
});

async function look() {
  try {
    erasures = await ask("GET", "/api/v1/erasures");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
  drawErasures();
}

function drawErasures() {
  $("erasures").replaceChildren(...erasures.map((one) => el("tr", { "data-erasure": one.erasure }, el("td", {}, when(one.ordered_at)), el("td", {}, one.by),
    el("td", {}, state(one)), el("td", { class: "orders" }, one.done_at !== null && el("a", { class: "button", href: `/api/v1/erasures/${one.erasure}/proof`, download: "" }, t("person.proof"))))));
}

function state(one) {
  if (one.done_at === null) return el("span", { class: "pill warm" }, t("person.waits"));
  if (one.left.length) return el("span", { class: "pill alarm", title: one.left.join(", ") }, t("person.left", { n: one.left.length }));
  return el("span", { class: "pill go" }, t("person.done"));
}
