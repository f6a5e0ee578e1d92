// Announcements that nobody has named yet: heard, named, and known at the next call.

import { ask, el, say, tried } from "./page.js";
import { language, named, t } from "./words.js";

const $ = (id) => document.getElementById(id);
const me = await ask("GET", "/me");
const may = "setting.edit" in me.permissions;
let told = null;

const instant = (at) => new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(at * 1000);

async function load() {
  told = await tried(() => ask("GET", "/api/v1/announcements")) ?? told;
  draw();
}

function draw() {
  if (!told) return;
  $("off").hidden = told.captures;
  $("kept").textContent = t("said.kept", { days: told.keep_days });
  $("unknown").replaceChildren(...told.unknown.map(group));
  $("none").hidden = told.unknown.length > 0;
  $("known").replaceChildren(...told.known.map(line));
  $("empty").hidden = told.known.length > 0;
}

function then(kind) {
  if (kind in told.answered) return t("said.answered", { verdict: named("verdict", told.answered[kind]) });
  return told.kinds[kind] ? named("outcome", told.kinds[kind]) : t("said.rings_on");
}

const kinds = () => Object.keys({ ...told.kinds, ...told.answered });

function line(card) {
  return el("tr", { "data-prompt": card.name },
    el("td", {}, card.name), el("td", {}, may ? kindOf(card) : named("announced", card.kind)), el("td", {}, then(card.kind)),
    el("td", {}, card.carrier), el("td", {}, `${card.added_by}, ${instant(card.added_at)}`));
}

function kindOf(card) {
  const choices = kinds().map((kind) => el("option", { value: kind }, named("announced", kind)));
  const made = el("select", { "aria-label": `${t("said.kind")} ${card.name}` }, ...choices);
  made.value = card.kind;
  made.addEventListener("change", () => correct(card, made.value));
  return made;
}

function group(one) {
  const latest = one.captures[0];
  const what = t("said.calls", { n: one.captures.length, seconds: latest.seconds });
  return el("article", { class: "said", "data-capture": one.name },
    el("p", {}, el("b", {}, what), " ", one.heard_as && el("b", { class: "heard-as" }, t("said.heard_as", { kind: named("announced", one.heard_as) })), " ", el("span", { class: "quiet small" }, `${t("said.latest")} ${instant(latest.at)}`)),
    el("audio", { controls: true, preload: "none", src: `/api/v1/announcements/${one.name}/audio`, "aria-label": `${t("said.play")} ${one.name}` }),
    may && form(one));
}

function form(one) {
  const choices = kinds().map((kind) => el("option", { value: kind }, `${named("announced", kind)} → ${then(kind)}`));
  const made = el("form", {},
    el("label", {}, t("said.kind"), el("select", { name: "kind", required: true }, el("option", { value: "" }, "–"), ...choices)),
    el("label", {}, t("said.carrier"), el("input", { name: "carrier", maxlength: 40, autocomplete: "off" })),
    el("label", {}, t("said.language"), el("input", { name: "language", maxlength: 8, autocomplete: "off" })),
    el("button", { class: "main" }, t("said.enrol")),
    el("button", { type: "button", "data-forget": "", onclick: () => forget(one) }, t("said.forget")));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    enrol(one, Object.fromEntries(new FormData(made)));
  });
  return made;
}

async function enrol(one, label) {
  const card = await tried(() => ask("POST", "/api/v1/announcements", { capture: one.name, ...label }));
  if (!card) return;
  say(t("said.enrolled", { kind: named("announced", card.kind) }), "go");
  await load();
}

async function correct(card, kind) {
  if (await tried(() => ask("PUT", `/api/v1/announcements/${card.name}`, { kind }))) {
    say(t("said.corrected", { kind: named("announced", kind) }), "go");
  }
  await load();
}

async function forget(one) {
  if (await tried(() => ask("DELETE", `/api/v1/announcements/${one.name}`))) {
    say(t("said.forgotten"), "go");
    await load();
  }
}

document.addEventListener("words", draw);
await load();
