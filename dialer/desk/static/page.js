// What every page has: its header, a way to ask the server, a way to say something.
//
//   const lead = await ask("GET", "/api/v1/leads/7")          throws a Problem
//   say(t("note.kept"))                                        for some seconds, in a corner

import { has, named, relabel, speak, t } from "./words.js";

export const head = document.querySelector("meta[name=dialer]").dataset;
const SAID_S = 6;

// What a server refused: its status, its words (English), seconds to wait, the name of the reason,
// for which the catalogue has a text. `Words.refusal` says the same to Python's pages.
export class Problem extends Error {
  constructor(status, told, waitS) {
    super(told.detail ?? "");
    Object.assign(this, { status, waitS, told, reason: told.reason ?? "" });
  }

  // In the reader's language, as far as the catalogue goes.
  get text() {
    if (has(`reason.${this.reason}`)) return t(`reason.${this.reason}`, worded(this.told.values ?? {}));
    const known = has(`problem.${this.status}`) ? t(`problem.${this.status}`) : t("problem.other");
    if (![400, 409, 422].includes(this.status) || !this.message) return known;
    return t("problem.said", { known, said: this.message });
  }
}

// What fills the gaps of a reason; some of it has a name in the catalogue.
const worded = (values) =>
  Object.fromEntries(Object.entries(values).map(([gap, one]) => [gap, one.key ? said(one) : one]));

const said = ({ key, values }) => (values && has(key) ? t(key, worded(values)) : named(...parted(key)));

const parted = (key) => [key.slice(0, key.indexOf(".")), key.slice(key.indexOf(".") + 1)];

export async function ask(method, path, body) {
  const headers = { accept: "application/json" };
  if (method !== "GET") headers["x-csrf-token"] = head.csrf;
  if (body !== undefined) headers["content-type"] = "application/json";
  const sent = body === undefined ? undefined : JSON.stringify(body);
  let said;
  try {
    said = await fetch(path, { method, headers, body: sent });
  } catch {
    throw new Problem(0, {}, 0);
  }
  const told = await said.json().catch(() => ({}));
  if (!said.ok) throw new Problem(said.status, told, Number(said.headers.get("retry-after") ?? 0));
  return told;
}

const FILE_MOST_MB = 200;

// A file as the body. What is far too large is said before it is on its way.
export async function send(path, file, mostMb = FILE_MOST_MB) {
  if (file.size > mostMb * 2 ** 20) throw new Problem(422, { reason: "file_large", values: { most: mostMb } }, 0);
  const headers = { accept: "application/json", "content-type": "application/octet-stream", "x-csrf-token": head.csrf };
  let said;
  try {
    said = await fetch(path, { method: "POST", body: file, headers });
  } catch {
    throw new Problem(0, {}, 0);
  }
  const told = await said.json().catch(() => ({}));
  if (!said.ok) throw new Problem(said.status, told, 0);
  return told;
}

// A node: el("p", { class: "quiet", onclick: f }, "text", another). Text is never markup.
export function el(name, given = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}

export function say(text, kind = "") {
  const told = el("p", { class: `notice ${kind}` }, text);
  document.getElementById("toasts").append(told);
  setTimeout(() => told.remove(), SAID_S * 1000);
  return told;
}

// Run when a form is sent; what goes wrong is told in it, its button rests meanwhile.
export function onSend(form, action) {
  const message = form.querySelector("[data-message]");
  const button = form.querySelector("button.main");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    message.textContent = "";
    button.disabled = true;
    try {
      await action(Object.fromEntries(new FormData(form)), message);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      message.textContent = problem.text;
    } finally {
      button.disabled = false;
    }
  });
}

// What must happen before somebody leaves; the desk ends its shift there.
export const beforeLeaving = [];

async function leave() {
  for (const one of beforeLeaving) await one();
  await ask("POST", "/logout").catch(() => {});
  location.assign("/login");
}

const chosen = document.getElementById("language");
chosen.addEventListener("change", () => speak(chosen.value));
const out = document.getElementById("log-out");
out.hidden = !head.user;
out.addEventListener("click", leave);
export { relabel };

// Do it; what goes wrong is said where the page has a place for it. Then the answer is null.
export async function tried(action) {
  const trouble = document.getElementById("trouble");
  trouble.textContent = "";
  try {
    return await action();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    trouble.textContent = problem.text;
    return null;
  }
}
