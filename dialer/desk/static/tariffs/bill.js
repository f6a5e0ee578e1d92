// A carrier's bill beside our own calls.

import { ask, el, onSend, send } from "../page.js";
import { amount, moment, number, refused } from "./shown.js";
import { named, t } from "../words.js";

const $ = (id) => document.getElementById(id);
const NUMBERS = ["tariffs.calls", "tariffs.more", "tariffs.bill_line", "lists.line"];
const KINDS = ["amount", "seconds", "theirs_only", "ours_only"];
let may = false;
let asked = null;
let seen = null;

export function beginBill(mayExport) {
  may = mayExport;
  $("bill-form").elements.zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  onSend($("bill-form"), compared);
  document.addEventListener("words", draw);
}

async function compared({ file, trunk, zone, within_s }) {
  seen = null;
  $("bill-said").replaceChildren(el("p", { class: "notice" }, t("tariffs.comparing", { name: file.name })));
  try {
    const { upload } = await send("/api/v1/tariffs/uploads", file);
    asked = { upload, trunk, zone, within_s: Number(within_s) };
    const found = await ask("POST", `/api/v1/tariffs/uploads/${upload}/reconcile`, { trunk, zone, within_s: asked.within_s });
    seen = found;
  } finally {
    $("bill-said").replaceChildren();
    draw();
  }
}

function draw() {
  if (!seen) return;
  const sum = (text) => amount(text, seen.currency);
  const whole = t("tariffs.bill_sums", {
    theirs: number(seen.theirs), theirs_amount: sum(seen.theirs_amount), ours: number(seen.ours), ours_amount: sum(seen.ours_amount), matched: number(seen.matched),
  });
  const kinds = KINDS.filter((what) => seen.kinds[what]).map((what) => el("tr", { "data-kind": what },
    el("td", {}, named("bill_kind", what)), el("td", { class: "number" }, number(seen.kinds[what].count)), el("td", { class: "number" }, sum(seen.kinds[what].more))));
  const same = !kinds.length && !seen.rejected;
  $("bill-said").replaceChildren(
    el("p", {}, whole),
    el("p", { class: same ? "notice go" : "notice warm" }, t(same ? "tariffs.bill_same" : "tariffs.bill_differs")),
    ...(kinds.length ? [table(["tariffs.difference", "tariffs.calls", "tariffs.more"], kinds)] : []),
    ...(seen.currency ? [] : [el("p", { class: "notice warm" }, t("tariffs.none_help"))]),
    ...(same || !may ? [] : [el("div", { class: "buttons" }, el("a", { class: "button", href: href(), download: "differences.csv" }, t("tariffs.take_away")))]),
    ...(seen.differences.length ? [el("details", {}, el("summary", {}, t("tariffs.one_by_one")), table(["tariffs.difference", "tariffs.bill_line", "tariffs.call", "tariffs.answered", "tariffs.more"], seen.differences.map(line)))] : []),
    ...(seen.rejected ? [el("h3", {}, t("tariffs.unread", { rows: number(seen.rejected) })), table(["lists.line", "tariffs.why"], seen.rejects.map((one) => el("tr", {}, el("td", { class: "number" }, one.line), el("td", {}, refused(one)))))] : []),
  );
}

const href = () => `/api/v1/tariffs/uploads/${asked.upload}/differences?${new URLSearchParams({ trunk: asked.trunk, zone: asked.zone, within_s: asked.within_s })}`;

const line = (one) => el("tr", {}, el("td", {}, named("bill_kind", one.what)), el("td", { class: "number" }, one.line || "–"),
  el("td", {}, one.call ? el("code", {}, one.call) : "–"), el("td", {}, moment(one.at)), el("td", { class: "number" }, one.more));

const table = (heads, rows) => el("div", { class: "wide tall" }, el("table", {},
  el("thead", {}, el("tr", {}, ...heads.map((key) => el("th", { scope: "col", class: NUMBERS.includes(key) ? "number" : null }, t(key))))), el("tbody", {}, ...rows)));
