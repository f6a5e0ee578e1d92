// The audit log: asked by who, what and when, in pages; each entry a sentence; and whether it is whole.

import { Problem, ask, el, say } from "../page.js";
import { keysOf, language, t } from "../words.js";
import { choice, field, row, table } from "./parts.js";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
let asked = {};

const instant = (at) => new Intl.DateTimeFormat(language(), {
  dateStyle: "medium", timeStyle: "long", timeZone: zone }).format(at * 1000);

// Days of the reader's clock, both of them whole.
const midnight = (day, later = 0) => {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).getTime() / 1000;
};

function question(more = {}) {
  const { since, until, ...rest } = asked;
  const given = {
    ...rest, since: since && midnight(since), until: until && midnight(until, 1), language: language(), ...more };
  return new URLSearchParams(Object.entries(given).filter(([, value]) => value));
}

export async function audit(room, me, before = 0, above = []) {
  const { entries, before: next } = await ask("GET", `/api/v1/audit?${question({ n: 50, before })}`);
  const known = [...above, ...entries];
  const rows = known.map((one) => row([String(one.seq), instant(one.at), one.says,
    one.source === "machine" ? t("admin.machine") : one.source]));
  const more = next > 0 && el("button", { onclick: () => audit(room, me, next, known) }, t("admin.more"));
  const file = el("a", { class: "button", href: `/api/v1/audit/export?${question({ zone })}`, download: "audit.csv" },
    t("admin.export"));
  room.replaceChildren(
    el("div", { class: "above" }, el("h2", {}, t("admin.audit")), verifying(), "audit.export" in me.permissions && file),
    el("div", { class: "above" }, filter(room, me)),
    el("p", { class: "quiet small", id: "audit-clock" }, t("admin.clock", { zone })),
    table(["admin.row", "admin.at", "admin.what", "admin.from"], rows),
    ...(more ? [more] : []));
}

function filter(room, me) {
  const input = (name, label, given = {}) =>
    field(label, el("input", { name, value: asked[name] ?? "", autocomplete: "off", maxlength: 100, ...given }));
  const form = el("form", {}, input("who", "admin.who"), field("admin.action", choice("action", actions(), asked.action ?? "")),
    input("of", "admin.object", { placeholder: "user:eva" }),
    input("since", "admin.since", { type: "date" }), input("until", "admin.until_day", { type: "date" }),
    el("button", {}, t("admin.filter")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    asked = Object.fromEntries(new FormData(form));
    audit(room, me);
  });
  return form;
}

// Every action there is, by what it says of itself.
function actions() {
  const known = keysOf("did").filter((one) => one.includes(".") && !one.endsWith(".gone"));
  const said = known.map((one) => [one, t(`did.${one}`, { who: "…", thing: "…" })]);
  return [["", t("admin.any")], ...said.sort((a, b) => a[1].localeCompare(b[1], language()))];
}

function verifying() {
  return el("button", { id: "verify", onclick: async () => {
    try {
      const found = await ask("GET", "/api/v1/audit/verify");
      if (found.whole) say(t("admin.whole", { rows: found.rows }), "go");
      else say(t("admin.broken", { row: found.broken.seq }), "alarm");
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      say(problem.text, "alarm");
    }
  } }, t("admin.verify"));
}
