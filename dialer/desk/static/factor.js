// What a second factor shows: its QR code, drawn here, and the recovery codes, told once.

import { el, say } from "./page.js";
import { t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const QUIET = 4; // what a scanner needs around it

export function qr(rows) {
  const size = rows.length + 2 * QUIET;
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("viewBox", `0 0 ${size} ${size}`);
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", t("factor.scan"));
  made.classList.add("qr");
  const dark = rows.flatMap((row, y) => [...row].map((one, x) =>
    (one === "1" ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")));
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", dark.join(""));
  made.append(path);
  return made;
}

export function setup({ secret, qr: rows }) {
  return [el("p", { class: "quiet" }, t("factor.scan")), qr(rows),
    el("p", { class: "small quiet" }, t("factor.typed")),
    el("code", { class: "secret" }, secret.match(/.{1,4}/g).join(" "))];
}

// The codes; `noted` is called when they were written down.
export function recovery(codes, noted) {
  const copy = el("button", { type: "button", onclick: async () => {
    await navigator.clipboard.writeText(codes.join("\n"));
    say(t("admin.copied"), "go");
  } }, t("admin.copy"));
  const done = el("button", { type: "button", class: "main", onclick: noted }, t("factor.noted"));
  return [el("h1", {}, t("factor.recovery")), el("p", { class: "quiet" }, t("factor.recovery_why")),
    el("ul", { class: "codes" }, ...codes.map((one) => el("li", {}, el("code", {}, one)))),
    el("div", { class: "row" }, copy, done)];
}
