// What people read, out of the one catalogue; another language without another page.
//
//   t("login.wait", { seconds: 4 })      the text of a key, its gaps filled
//   named("outcome", "busy")             what a word of the dialer's is called
//   document.addEventListener("words", redraw)

const head = document.querySelector("meta[name=dialer]").dataset;
const COOKIE = "dialer-language";
let texts = await read(document.documentElement.lang);

export const t = (key, values = {}) =>
  (texts[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

export const named = (table, word) => texts[`${table}.${word}`] ?? word;

export const has = (key) => key in texts;

// The words that a table of the catalogue has.
export const keysOf = (table) =>
  Object.keys(texts).filter((key) => key.startsWith(`${table}.`)).map((key) => key.slice(table.length + 1));

export const language = () => document.documentElement.lang;

export async function speak(code) {
  texts = await read(code);
  document.documentElement.lang = code;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${COOKIE}=${code}; path=/; max-age=31536000; samesite=strict${secure}`;
  relabel(document);
  document.title = `${t(`title.${head.page}`)} · ${t("shell.brand")}`;
  document.dispatchEvent(new Event("words"));
}

// Fill in what the markup names: data-t="key", data-t-title="key".
export function relabel(root) {
  for (const one of root.querySelectorAll("[data-t]")) one.textContent = t(one.dataset.t);
  for (const one of root.querySelectorAll("*")) {
    for (const { name, value } of [...one.attributes]) {
      if (name.startsWith("data-t-")) one.setAttribute(name.slice(7), t(value));
    }
  }
}

async function read(code) {
  return (await fetch(`${head.static}/words/${code}.json`)).json();
}
