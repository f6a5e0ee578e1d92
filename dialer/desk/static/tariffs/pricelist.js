// A carrier's price list: a file comes in, is looked at, put right, and becomes the next version.

import { ask, el, onSend, say, send } from "../page.js";
import { number, rate, refused } from "./shown.js";
import { named, t } from "../words.js";

const $ = (id) => document.getElementById(id);
const FIELDS = ["prefix", "per_minute", "first_s", "increment_s", "connect_fee", "minimum", "maximum", "grace_s", "free_s", "short_s", "short_fee", "early_fee", "valid_from", "valid_to", "days", "hours", "description"];
const WHATS = ["dearer", "cheaper", "new", "gone"];
const MARKS = { dearer: "alarm", cheaper: "go", new: "calm", gone: "warm" };
let decks = [];
let upload = null;
let seen = null;
let better = { head: 0, columns: [] };
let asking = 0;

const field = (name) => $("list-file").elements[name];
const today = () => { const now = new Date(); return new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10); };

export function beginList(mayEdit, load) {
  $("list").hidden = !mayEdit;
  onSend($("list-file"), begun);
  onSend($("take"), (_, message) => taken(load, message));
  field("file").addEventListener("change", suggested);
  field("deck").addEventListener("change", asBefore);
  for (const name of ["currency", "valid_from", "zone", "decimals", "rounding", "short_s", "short_fee", "early_fee", "sheet", "deck"]) {
    field(name).addEventListener("change", () => { if (upload) look().catch(told); });
  }
  $("take").elements.head.addEventListener("change", () => { better.head = Number($("take").elements.head.value || 0); look().catch(told); });
  document.addEventListener("words", draw);
}

export function knownDecks(known) {
  decks = known;
  $("known-decks").replaceChildren(...known.map((one) => el("option", { value: one.name })));
}

// A name out of the file's; of a list that is known all that the last version said.
function suggested() {
  const file = field("file").files[0];
  upload = null;
  $("look").hidden = true;
  if (file && !field("deck").value) field("deck").value = file.name.replace(/\.[a-z]+$/i, "").slice(0, 60);
  asBefore();
}

function asBefore() {
  const before = decks.find((one) => one.name === field("deck").value);
  if (!before) return;
  for (const name of ["currency", "zone", "decimals", "rounding", "short_s", "short_fee", "early_fee"]) field(name).value = before[name];
  if (!field("valid_from").value) field("valid_from").value = today();
}

async function begun({ file }) {
  $("look").hidden = true;
  better = { head: 0, columns: [] };
  $("list-busy").textContent = t("lists.uploading", { name: file.name });
  try {
    upload = { id: (await send("/api/v1/tariffs/uploads", file)).upload, name: file.name };
    await look();
  } finally {
    $("list-busy").textContent = "";
  }
}

function wanted() {
  const given = Object.fromEntries(new FormData($("list-file")));
  const seconds = Number(given.short_s || 0);
  return {
    deck: given.deck, currency: given.currency, zone: given.zone, decimals: Number(given.decimals || 0), rounding: given.rounding,
    short: seconds ? `${seconds}:${given.short_fee || 0}` : "", early_fee: given.early_fee || "0", valid_from: given.valid_from,
    sheet: given.sheet, skip_bad: $("take").elements.skip_bad.checked, ...better,
  };
}

async function look() {
  const mine = ++asking;
  const found = await ask("POST", `/api/v1/tariffs/uploads/${upload.id}/preview`, wanted());
  if (mine !== asking) return;
  $("list-file").querySelector("[data-message]").textContent = "";
  seen = found;
  $("take").elements.skip_bad.checked = false;
  draw();
}

function told(problem) {
  $("list-file").querySelector("[data-message]").textContent = problem.text;
}

function draw() {
  $("look").hidden = !seen || !upload;
  if (!seen || !upload) return;
  $("look-what").textContent = `${upload.name} → ${seen.deck}, ${t("tariffs.as_version", { version: seen.version + 1 })}`;
  $("look-sums").replaceChildren(...summary().map((text) => el("li", {}, text)));
  $("take").elements.head.value = seen.head.line || -1;
  drawRows();
  drawRefused();
  drawChanges();
  $("take").querySelector("button.main").hidden = !seen.rates;
}

function summary() {
  if (!enough()) return [t("reason.no_price_columns")];
  const found = [t("tariffs.sums", { rows: number(seen.rows), rates: number(seen.rates), prefixes: number(seen.prefixes), rejected: number(seen.rejected) })];
  if (seen.over) found.push(t("tariffs.over", { rates: number(seen.over) }));
  if (seen.ahead) found.push(t("tariffs.ahead", { rates: number(seen.ahead) }));
  const from = field("valid_from").value;
  if (from && from < today()) found.push(t("tariffs.past", { day: from }));
  if (!from && seen.version) found.push(t("tariffs.for_ever"));
  if (from && !seen.version) found.push(t("tariffs.first_from", { day: from }));
  return found;
}

const enough = () => ["prefix", "per_minute"].every((name) => seen.head.fields.includes(name));

function drawRows() {
  const heads = seen.head.fields.map((one, at) => el("th", { scope: "col" }, choice(one, at), el("div", { class: "quiet small" }, seen.head.names[at] ?? "")));
  $("look-rows").tHead.replaceChildren(el("tr", {}, el("th", { scope: "col" }, t("lists.line")), ...heads, el("th", { scope: "col" }, t("tariffs.becomes"))));
  $("look-rows").tBodies[0].replaceChildren(...seen.first.map(row));
}

function choice(name, at) {
  const options = ["-", ...FIELDS].map((one) => el("option", { value: one, selected: one === (name || "-") }, named("tariff_field", one)));
  const made = el("select", { "aria-label": t("lists.column", { n: at + 1 }), "data-column": at }, ...options);
  made.addEventListener("change", () => {
    const before = better.columns.length ? better.columns : seen.head.fields;
    const columns = before.map((one, n) => n === at ? made.value : one === made.value ? "-" : one || "-");
    better = { head: better.head || seen.head.line || -1, columns };
    look().catch(told);
  });
  return made;
}

function row(one) {
  const cells = seen.head.fields.map((_, at) => el("td", {}, one.cells[at] ?? ""));
  const becomes = one.why ? el("span", { class: "bad" }, refused(one.why))
    : one.rates > 1 ? t("tariffs.several", { prefixes: number(one.rates), rate: rate(one.rate) }) : one.rate ? rate(one.rate) : "";
  const kind = one.why ? "bad" : one.line === seen.head.line ? "head" : "";
  return el("tr", { class: kind }, el("td", { class: "number" }, one.line), ...cells, el("td", {}, becomes));
}

function drawRefused() {
  $("look-refused").hidden = !seen.rejected;
  $("skip-said").textContent = t("tariffs.skip", { rows: number(seen.rejected) });
  const more = seen.rejected - seen.rejects.length;
  const rows = seen.rejects.map((one) => el("tr", {}, el("td", { class: "number" }, one.line), el("td", {}, refused(one))));
  if (more > 0) rows.push(el("tr", {}, el("td", {}), el("td", { class: "quiet" }, t("tariffs.and_more", { rows: number(more) }))));
  $("look-refused").querySelector("tbody").replaceChildren(...rows);
}

function drawChanges() {
  $("look-changes").hidden = !seen.version || !enough();
  const counts = WHATS.filter((what) => seen.counts[what]).map((what) => `${named("tariff_change", what)} ${number(seen.counts[what])}`);
  $("look-against").textContent = t("tariffs.against", { version: seen.version, changes: counts.join(", ") || t("tariffs.nothing_differs") });
  $("look-changes").querySelector("tbody").replaceChildren(...WHATS.flatMap((what) => seen.changes[what].map((one) => change(what, one))));
}

const change = (what, one) => el("tr", {}, el("td", {}, el("span", { class: `pill ${MARKS[what]}` }, named("tariff_change", what))),
  el("td", {}, one.prefix), el("td", {}, (one.after ?? one.before).description), el("td", {}, rate(one.before)), el("td", {}, rate(one.after)));

async function taken(load) {
  const made = await ask("POST", `/api/v1/tariffs/uploads/${upload.id}/import`, { wanted: wanted(), name: upload.name.slice(0, 80) });
  say(t("tariffs.taken", { deck: made.deck, version: made.version }), "go");
  upload = seen = null;
  $("look").hidden = true;
  $("list-file").reset();
  await load();
}
