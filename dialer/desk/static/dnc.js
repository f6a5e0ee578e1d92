// Who must not be called, and who is let through: numbers and prefixes, on their lists and off them.

import { sent } from "./consents.js";
import { ask, el, say, tried } from "./page.js";
import { language, t } from "./words.js";

const $ = (id) => document.getElementById(id);
const form = $("dnc-form");
const PAGE = 50;
const OPEN_MOST = 6;
let entries = [];
let isAll = true;
let counted = null;

const day = (at) => at ? new Intl.DateTimeFormat(language(), { dateStyle: "medium" }).format(new Date(1000 * at)) : "";
const moment = (at) => new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(1000 * at));
const figure = (n) => new Intl.NumberFormat(language()).format(n);
const field = (name) => form.elements[name].value.trim();

function one() {
  return { country: field("country"), campaign: field("campaign"), allows: field("kind") === "allows" };
}

// The whole of that day still counts, on the clock of whoever writes it.
function until() {
  return field("until") ? new Date(`${field("until")}T23:59:59`).getTime() / 1000 : null;
}

const orders = {
  async add() {
    const body = { ...one(), numbers: [field("number")], reason: field("reason"), expires_at: until() };
    const told = await ask("POST", "/api/v1/dnc", body);
    return told.added ? t("dnc.added") : t("dnc.known");
  },
  async check() {
    const { country, campaign } = one();
    const told = await ask("POST", "/api/v1/dnc/check", { country, campaign, number: field("number") });
    return told.blocked ? t("dnc.is_blocked") : t("dnc.is_free");
  },
  async remove() {
    if (!field("reason")) {
      form.elements.reason.focus();
      return t("reason.dnc_reason");
    }
    const told = await ask("POST", "/api/v1/dnc/remove", { ...one(), number: field("number"), reason: field("reason") });
    return told.removed ? t("dnc.removed") : t("dnc.was_not");
  },
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  $("dnc-said").textContent = "";
  const said = await tried(orders[event.submitter?.name ?? "add"]);
  if (!said) return;
  $("dnc-said").textContent = said;
  await load();
});

$("dnc-file").addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = $("dnc-file").elements;
  const query = new URLSearchParams({ country: given.home.value, reason: given.why.value });
  const told = await tried(() => sent(`/api/v1/dnc/import?${query}`, given.table.files[0]));
  if (!told) return;
  say(t("dnc.imported", told), "go");
  $("dnc-file").reset();
  await load();
});

async function load(above = []) {
  const before = above.at(-1)?.entry ?? 0;
  const found = await tried(() => ask("GET", `/api/v1/dnc?limit=${PAGE}&before=${before}`));
  if (!found) return;
  entries = [...above, ...found];
  isAll = found.length < PAGE;
  draw();
  if (above.length) return;
  counted = await tried(() => ask("GET", "/api/v1/dnc/count"));
  drawCount();
}

$("dnc-more").addEventListener("click", () => load(entries));

function draw() {
  $("dnc-none").hidden = entries.length > 0;
  $("dnc-more").hidden = isAll;
  $("dnc-rows").replaceChildren(...entries.map((row) => el("tr", { "data-entry": row.entry },
    el("td", { class: "number-of" }, row.masked),
    el("td", {}, kind(row)),
    el("td", {}, row.campaign || t("dnc.everybody")), el("td", {}, day(row.expires_at)),
    el("td", {}, [row.source, row.reason].filter(Boolean).join(": ")), el("td", {}, row.added_by), el("td", {}, day(row.added_at)))));
}

// How many there are: of which instant, of which period, and for whom.
function drawCount() {
  if (!counted) return;
  const { at, since, numbers, prefixes, added, taken_off } = counted;
  const whole = t("dnc.count", { at: moment(at), numbers: figure(numbers), prefixes: figure(prefixes) });
  const moved = t("dnc.count_moved", { since: moment(since), added: figure(added), taken_off: figure(taken_off) });
  $("dnc-count").replaceChildren(el("p", {}, el("strong", {}, whole), " ", moved), ...scopes());
}

function scopes() {
  if (!counted.scopes.length) return [];
  const heads = ["dnc.kind", "dnc.campaign", "dnc.numbers", "dnc.prefixes"].map((key, at) =>
    el("th", { scope: "col", class: at > 1 ? "number" : null }, t(key)));
  const rows = counted.scopes.map((one) => el("tr", { "data-scope": one.campaign || "*", "data-allows": one.allows },
    el("td", {}, kind(one)), el("td", {}, one.campaign || t("dnc.everybody")),
    el("td", { class: "number" }, figure(one.numbers)), el("td", { class: "number" }, figure(one.prefixes))));
  const table = el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows));
  return [el("details", { open: counted.scopes.length <= OPEN_MOST }, el("summary", {}, t("dnc.count_of")), el("div", { class: "wide" }, table))];
}

const kind = (one) => el("span", { class: `pill ${one.allows ? "go" : "alarm"}` }, t(one.allows ? "dnc.allows" : "dnc.forbids"));

// For whoever may put a number on the list; to let one through is to take it off.
export async function begin(me) {
  if (!("dnc.add" in me.permissions)) return;
  const loosens = "dnc.remove" in me.permissions;
  $("dnc-taken").hidden = !("dnc.export" in me.permissions);
  $("dnc-reason-help").hidden = !loosens;
  form.elements.remove.hidden = !loosens;
  form.elements.kind.querySelector("[value=allows]").disabled = !loosens;
  document.addEventListener("words", draw);
  document.addEventListener("words", drawCount);
  await load();
  $("dnc").hidden = false;
}
