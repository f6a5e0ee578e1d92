// The audit log: asked by who, what and when, in pages; and whether it is whole.

import { Problem, ask, el, say } from "../page.js";
import { t } from "../words.js";
import { field, instant, row, table } from "./parts.js";

let asked = {};

export async function audit(room, me, before = 0, above = []) {
  const given = Object.entries({ ...asked, n: 50, before }).filter(([, value]) => value);
  const { entries, before: next } = await ask("GET", `/api/v1/audit?${new URLSearchParams(given)}`);
  const known = [...above, ...entries];
  const rows = known.map((one) => row([
    String(one.seq), instant(one.at), one.who, one.source, one.action, one.object, shown(one)]));
  const more = next > 0 && el("button", { onclick: () => audit(room, me, next, known) }, t("admin.more"));
  room.replaceChildren(
    el("div", { class: "above" }, el("h2", {}, t("admin.audit")), filter(room, me), verifying(),
      "audit.export" in me.permissions && el("a", { class: "button", href: "/api/v1/audit/export", download: "audit.csv" }, t("admin.export"))),
    table(["admin.row", "admin.at", "admin.who", "admin.from", "admin.action", "admin.object", "admin.what"], rows),
    ...(more ? [more] : []));
}

const told = (text) => (text === "{}" ? "" : text);
const shown = (one) => [told(one.before), told(one.after)].filter(Boolean).join(" → ");

function filter(room, me) {
  const input = (name, label) =>
    field(label, el("input", { name, value: asked[name] ?? "", autocomplete: "off", maxlength: 100 }));
  const form = el("form", {}, input("who", "admin.who"), input("of", "admin.object"), input("action", "admin.action"),
    el("button", {}, t("admin.filter")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    asked = Object.fromEntries(new FormData(form));
    audit(room, me);
  });
  return form;
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
