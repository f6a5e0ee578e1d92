// Lists: a file comes in, is looked at, its columns are put right, and it becomes a list.

import { begin as beginDnc } from "./dnc.js";
import { known as standings } from "./standing.js";
import { Problem, ask, el, say, send, tried } from "./page.js";
import { beginConsents } from "./consents.js";
import { begin } from "./person.js";
import { language, named, t } from "./words.js";

const $ = (id) => document.getElementById(id);
const FIELDS = ["phone", "name", "first_name", "last_name", "city", "notes", "email", "priority", "country", "phone_code", "zone"];
const ENCODINGS = ["utf-8", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252", "cp1251", "cp1250", "shift_jis", "euc_kr"];
const DELIMITERS = { ",": ",", ";": ";", "|": "|", "\t": "↹" };
const LOOK_AGAIN_MS = 1000;
let me = { permissions: {} };
let upload = null;
let seen = null;
let chosen = [];
let tables = {};
let known = [];
let listed = -1;
let asking = 0;

const count = (n) => new Intl.NumberFormat(language()).format(n);
const field = (name) => $("how").elements[name];

for (const one of ENCODINGS) field("encoding").append(el("option", {}, one));
for (const [value, shown] of Object.entries(DELIMITERS)) field("delimiter").append(el("option", { value }, shown));

// ---- a file comes in ------------------------------------------------------------------------------
const FILE_MOST_MB = 476;
const sent = (file) => send("/api/v1/uploads", file, FILE_MOST_MB);

$("file").addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = $("file").elements.file.files[0];
  $("preview").hidden = true;
  $("busy").textContent = t("lists.uploading", { name: file.name });
  const kept = await tried(() => sent(file));
  $("busy").textContent = "";
  if (!kept) return;
  upload = { id: kept.upload, name: file.name };
  chosen = [];
  tables = {};
  for (const name of ["encoding", "delimiter", "header", "sheet", "statuses", "callbacks"]) field(name).value = "";
  if (!field("list").value) field("list").value = plain(file.name);
  await look();
});

const plain = (name) => name.toLowerCase().replace(/\.[a-z]+$/, "").replace(/[^a-z0-9_-]+/g, "-").replace(/^[-_]+/, "").slice(0, 41);

// ---- and is looked at -----------------------------------------------------------------------------
function how() {
  const header = { yes: true, no: false }[field("header").value] ?? null;
  return {
    country: $("file").elements.country.value, header, columns: chosen,
    also: field("also").value.split(/[ ,]+/).filter(Boolean),
    encoding: field("encoding").value, delimiter: field("delimiter").value, sheet: field("sheet").value.trim(),
    ...tables, server_zone: field("server_zone").value.trim(),
  };
}

async function look() {
  if (!upload) return;
  const mine = ++asking;
  const found = await tried(() => ask("POST", `/api/v1/uploads/${upload.id}/preview`, how()));
  if (mine !== asking) return;
  if (found) seen = found;
  $("preview").hidden = !seen;
  draw();
}

function draw() {
  if (!seen || !upload) return;
  const { layout } = seen;
  const sheet = layout.encoding === "spreadsheet";
  $("what").textContent = `${upload.name} · ${sheet ? t("lists.spreadsheet") : `${layout.encoding}, ${DELIMITERS[layout.delimiter]}`}`;
  for (const name of ["encoding", "delimiter"]) field(name).disabled = sheet;
  $("no-phone").hidden = layout.columns.includes("phone");
  const heads = layout.columns.map((column, at) => el("th", { scope: "col" }, choice(column, at),
    el("div", { class: "quiet small" }, seen.header[at] ?? "")));
  $("rows").tHead.replaceChildren(el("tr", {}, el("th", { scope: "col" }, t("lists.line")), ...heads, el("th", { scope: "col" }, t("lists.becomes"))));
  $("rows").tBodies[0].replaceChildren(...seen.rows.map((row) => line(row, layout.columns.length)));
}

function choice(column, at) {
  const own = FIELDS.includes(column) || column === "-" ? [] : [column];
  const options = ["-", ...FIELDS, ...own].map((name) => el("option", { value: name, selected: name === column }, named("lists_field", name)));
  const made = el("select", { "aria-label": t("lists.column", { n: at + 1 }), "data-column": at }, ...options);
  made.addEventListener("change", () => {
    chosen = seen.layout.columns.map((name, n) => n === at ? made.value : chosen[n] || name);
    look();
  });
  return made;
}

function line(row, width) {
  const cells = Array.from({ length: width }, (_, at) => el("td", {}, row.cells[at] ?? ""));
  const what = row.reason ? el("span", { class: "pill alarm" }, named("reject", row.reason)) : row.numbers.join(", ");
  return el("tr", { class: row.reason ? "bad" : "" }, el("td", { class: "number" }, row.line), ...cells, el("td", { class: "number-of" }, what));
}

for (const name of ["encoding", "delimiter", "header", "sheet"]) {
  field(name).addEventListener("change", () => { chosen = []; look(); });
}
for (const name of ["statuses", "callbacks"]) {
  field(name).addEventListener("change", async () => {
    const file = field(name).files[0];
    delete tables[name];
    const kept = file && await tried(() => sent(file));
    if (kept) tables[name] = kept.upload;
    else field(name).value = "";
    await look();
  });
}
field("also").addEventListener("change", look);
field("server_zone").addEventListener("change", look);
$("file").elements.country.addEventListener("change", look);

// ---- and becomes a list ---------------------------------------------------------------------------
$("how").addEventListener("submit", async (event) => {
  event.preventDefault();
  const wish = {
    list: field("list").value, how: { ...how(), columns: seen.layout.columns }, name: upload.name.slice(0, 80),
    priority: Number(field("priority").value || 0), among: field("among").value,
  };
  const begun = await tried(() => ask("POST", `/api/v1/uploads/${upload.id}/import`, wish));
  if (!begun) return;
  say(t("lists.begun", { list: begun.list }), "go");
  $("preview").hidden = true;
  $("file").reset();
  field("list").value = "";
  upload = seen = null;
  await load();
});

// ---- how far they are -----------------------------------------------------------------------------
async function load() {
  try {
    known = await ask("GET", "/api/v1/imports");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
  drawImports();
  const finished = known.filter((one) => one.state === "done").length;
  if (finished !== listed) await standings(me);
  listed = finished;
}

function drawImports() {
  $("imports").replaceChildren(...known.map(row));
  $("none").hidden = known.length > 0;
}

function row(one) {
  const numbers = ["rows", "imported", "duplicates", "rejected", "blocked"].map((name) => el("td", { class: "number", "data-count": name }, count(one[name])));
  return el("tr", { "data-import": one.id, "data-state": one.state }, el("td", {}, one.list), el("td", {}, one.file),
    el("td", {}, state(one), reasons(one)), ...numbers, el("td", { class: "orders" }, ...orders(one)));
}

function state(one) {
  if (one.state === "running") return el("progress", { max: one.of_bytes || 1, value: one.bytes, "aria-label": one.list });
  const kind = { done: "go", stopped: "warm" }[one.state];
  return el("span", { class: `pill ${kind}`, title: one.why }, t(`lists.is_${one.state}`));
}

function reasons(one) {
  const told = Object.entries(one.reasons);
  if (!told.length || one.state === "running") return null;
  return el("ul", { class: "small quiet" }, ...told.map(([reason, n]) => el("li", {}, `${count(n)} × ${named("reject", reason)}`)));
}

function orders(one) {
  const order = (what) => () => tried(() => ask("POST", `/api/v1/imports/${one.id}/${what}`)).then(load);
  return [
    one.state === "running" && el("button", { onclick: order("stop") }, t("lists.stop")),
    one.can_go_on && el("button", { onclick: order("resume") }, t("lists.resume")),
    one.rejected + one.duplicates > 0 && "list.export" in me.permissions
      && el("a", { class: "button", href: `/api/v1/imports/${one.id}/rejects`, download: "" }, t("lists.rejects")),
  ];
}

setInterval(() => {
  if (known.some((one) => one.state === "running") && !document.hidden) load();
}, LOOK_AGAIN_MS);
document.addEventListener("words", () => { draw(); drawImports(); });
// Only now: a form that is sent before somebody listens loads the page anew, and the file is gone.
me = await ask("GET", "/me");
begin(me);
await load();
await beginDnc(me);
await beginConsents(me);
