// What the tabs share: a table, a dialog with a form, a secret that is shown once.

import { el, onSend, say } from "../page.js";
import { language, t } from "../words.js";

const dialog = document.getElementById("dialog");

export const instant = (at) =>
  at ? new Intl.DateTimeFormat(language(), { dateStyle: "short", timeStyle: "medium" }).format(at * 1000) : "–";

export const words = (text) => text.split(/[\s,，、]+/).filter(Boolean);

export function table(heads, rows) {
  if (!rows.length) return el("p", { class: "empty" }, t("admin.nothing"));
  const head = el("thead", {}, el("tr", {}, ...heads.map((one) => el("th", { scope: "col" }, one ? t(one) : ""))));
  return el("div", { class: "wide" }, el("table", {}, head, el("tbody", {}, ...rows)));
}

export const row = (cells, given = {}) => el("tr", given, ...cells.map((one) => el("td", {}, one)));

export const field = (label, control) => el("label", {}, el("span", {}, t(label)), control);

export function choice(name, options, chosen, given = {}) {
  const made = options.map(([value, text]) => el("option", { value, selected: value === chosen }, text));
  return el("select", { name, ...given }, ...made);
}

export function boxes(legend, name, options, chosen) {
  const made = options.map(([value, text]) =>
    el("label", {}, el("input", { type: "checkbox", name, value, checked: chosen.includes(value) }), text));
  return el("fieldset", {}, el("legend", {}, t(legend)), ...made);
}

export const ticked = (form, name) =>
  [...form.querySelectorAll(`input[name="${name}"]:checked`)].map((one) => one.value);

// A dialog with a form; `action(values, form)` keeps it open by throwing a Problem.
export function openForm(title, parts, action, { go = "admin.save", more = [] } = {}) {
  const close = el("button", { type: "button", class: "plain", onclick: () => dialog.close() }, t("admin.cancel"));
  const form = el("form", {}, ...parts,
    el("p", { class: "notice", role: "alert", "data-message": "" }),
    el("div", { class: "buttons" }, ...more, close, el("button", { class: "main" }, t(go))));
  onSend(form, async (values) => {
    const stays = await action(values, form);
    if (!stays) dialog.close();
  });
  dialog.replaceChildren(el("h2", { id: "dialog-title" }, title), form);
  if (!dialog.open) dialog.showModal();
}

export function showSecret(title, why, secret) {
  const code = el("code", { class: "secret", id: "secret" }, secret);
  const copy = el("button", { type: "button", onclick: async () => {
    await navigator.clipboard.writeText(secret);
    say(t("admin.copied"), "go");
  } }, t("admin.copy"));
  const close = el("button", { type: "button", class: "main", onclick: () => dialog.close() }, t("admin.noted"));
  dialog.replaceChildren(el("h2", { id: "dialog-title" }, title), el("p", { class: "quiet" }, why), code,
    el("div", { class: "buttons" }, copy, close));
  dialog.addEventListener("close", () => dialog.replaceChildren(), { once: true });
  if (!dialog.open) dialog.showModal();
  close.focus();
}
