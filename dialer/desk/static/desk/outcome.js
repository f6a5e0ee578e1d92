// What came of it: one press hangs up, records it and makes ready; for some seconds it can be undone.

import { el, onSend } from "../page.js";
import { named, t } from "../words.js";
import { clock, date, day, here, instant, wall, zoneName } from "./times.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "-", "="];
const UNDO_MS = 5000;
const DAYS = 90; // ahead, for a callback
const STARTLED_MS = 700; // a second press was meant for the call before
const DISPOSABLE = ["TALKING", "HELD", "WRAP_UP"];
let wired = false;
let shown = "";
let last = kept("desk-last"); // { call, word, until } of what was just recorded
let noteFor = "";
let openedAt = 0;

// What a reload must not take away.
function kept(name) {
  return JSON.parse(sessionStorage.getItem(name) ?? "null");
}

function keep(name, what) {
  sessionStorage.setItem(name, JSON.stringify(what));
  return what;
}

function drafted(call) {
  const draft = kept("desk-draft");
  return draft?.call === call ? draft.text : "";
}

export function drawOutcome(desk) {
  wire(desk);
  const { $, me, pop } = desk;
  const open = DISPOSABLE.includes(me.state) && pop !== null;
  $("outcome").hidden = !open;
  $("own-call").hidden = open || !desk.can("dial") || !["READY", "PAUSED"].includes(me.state);
  drawCampaigns(desk);
  $("note").hidden = $("note-part").firstChild.hidden = !desk.can("note");
  if (open && noteFor !== pop.call) {
    [noteFor, $("note").value, openedAt] = [pop.call, drafted(pop.call), Date.now()];
    $("then-pause").checked = false;
  }
  drawLast(desk);
  if (open) reopened(desk);
  const now = JSON.stringify([open && pop.offers, document.documentElement.lang]);
  if (!open || now === shown) return;
  shown = now;
  $("offers").replaceChildren(...pop.offers.map((offer, n) =>
    el("button", { class: "offer", "data-then": offer.then, onclick: () => choose(desk, n) },
      el("kbd", {}, KEYS[n] ?? ""), el("span", {}, named("disposition", offer.word)))));
}

// For which campaign a call by hand is made; there is seldom a choice.
function drawCampaigns({ $, line }) {
  const names = (line.state.floor?.campaigns ?? []).map(({ campaign }) => campaign);
  const now = [...$("dial-campaign").options].map(({ value }) => value);
  $("dial-campaign").hidden = names.length < 2;
  if (names.join() === now.join()) return;
  $("dial-campaign").replaceChildren(...names.map((name) => el("option", { value: name }, name)));
}

// By key or by click: the n-th of those on offer.
export function choose(desk, n) {
  const { pop, me } = desk;
  const offer = pop?.offers[n];
  if (!offer || !DISPOSABLE.includes(me.state)) return;
  if (me.state !== "WRAP_UP" && Date.now() - openedAt < STARTLED_MS) return;
  if (offer.then === "callback") callbackBox(desk, offer.word);
  else dispose(desk, offer.word);
}

export const keyOf = (key) => KEYS.indexOf(key);

async function dispose(desk, word, more = {}) {
  const { $, me } = desk;
  const { wants } = me; // a pause or an end that was asked for meanwhile still follows
  const then = $("then-pause").checked || wants !== "ready" ? "pause" : "ready";
  const note = $("note").value.trim();
  const call = me.call;
  const fields = { call, disposition: word, then, ...more };
  if (desk.can("note") && note) fields.note = note;
  last = keep("desk-last", { call, word, until: Date.now() + UNDO_MS });
  if (!(await desk.order("dispose", fields))) last = keep("desk-last", null);
  else if (wants === "log_out") await desk.order("log_out");
  drawLast(desk);
}

export async function undo(desk) {
  if (!last || !desk.can("undo") || Date.now() > last.until) return;
  const { call } = last;
  last = keep("desk-last", null);
  await desk.order("undo", { call });
  drawLast(desk);
}

// A call that has come meanwhile cannot be left for the one before.
export function settle(desk) {
  if (last && ["TALKING", "RESERVED"].includes(desk.me.state) && desk.me.call !== last.call) last = null;
}

function drawLast(desk) {
  const { $ } = desk;
  const left = last ? last.until - Date.now() : 0;
  const open = left > 0 && desk.me.call !== last.call;
  $("last").hidden = !open || !desk.can("undo");
  if (!open) return;
  $("last-says").textContent = t("word.said", { what: named("disposition", last.word) });
  $("undo-left").textContent = String(Math.ceil(left / 1000));
}

// ---- a callback: when, on whose clock, and by whom ----
let word = "";

export function callbackBox(desk, offered = "") {
  const { $, pop, me } = desk;
  const known = pop?.offers.find(({ then }) => then === "callback");
  if (!known || !DISPOSABLE.includes(me.state)) return;
  word = offered || known.word;
  const form = $("callback-form");
  const zones = pop.zones.length ? pop.zones : [here()];
  form.elements.zone.replaceChildren(...zones.map((zone) => el("option", { value: zone }, zoneName(zone))));
  $("zone-part").hidden = zones.length < 2;
  drawDays(desk, form);
  chooseAt(desk, form, desk.line.now() + Math.max(3600, known.delay_s));
  $("soon").replaceChildren(...soon(desk, form));
  drawFor(desk);
  drawHere(desk);
  $("callback").showModal();
  form.elements.time.select();
  keepPromise(form, me.call);
}

// What was chosen so far, for a page that is loaded again in the middle of it.
function keepPromise({ elements: { zone, day, time, for: whom } }, call) {
  keep("desk-promise", { call, word, zone: zone.value, day: day.value, time: time.value, whom: whom?.value ?? "" });
}

function reopened(desk) {
  const begun = kept("desk-promise");
  if (!begun || desk.$("callback").open) return;
  keep("desk-promise", null);
  if (begun.call !== desk.me.call) return;
  callbackBox(desk, begun.word);
  const { elements } = desk.$("callback-form");
  if (elements.zone.value !== begun.zone) {
    elements.zone.value = begun.zone;
    drawDays(desk, desk.$("callback-form"));
  }
  Object.assign(elements.day, { value: begun.day });
  Object.assign(elements.time, { value: begun.time });
  for (const one of desk.$("callback-for").querySelectorAll("input")) one.checked = one.value === begun.whom;
  keepPromise(desk.$("callback-form"), begun.call);
  drawHere(desk);
}

function soon(desk, form) {
  const at = (seconds) => () => chooseAt(desk, form, desk.line.now() + seconds);
  const tomorrow = () => chooseAt(desk, form, desk.line.now() + 86400, "10:00");
  const button = (text, onclick) => el("button", { type: "button", class: "small", onclick }, text);
  return [
    button(t("callback.in_hours", { n: 1 }), at(3600)), button(t("callback.in_hours", { n: 3 }), at(10800)),
    button(t("callback.tomorrow"), tomorrow), button(t("callback.in_days", { n: 7 }), at(604800)),
  ];
}

// The days that can be chosen, by their names in the reader's language.
function drawDays(desk, form) {
  const zone = form.elements.zone.value;
  const days = Array.from({ length: DAYS }, (_, n) => wall(desk.line.now() + n * 86400, zone).slice(0, 10));
  form.elements.day.replaceChildren(...[...new Set(days)].map((one) =>
    el("option", { value: one }, date(instant(`${one}T12:00`, zone), zone))));
}

function chooseAt(desk, form, at, time = "") {
  const there = wall(at, form.elements.zone.value);
  form.elements.day.value = there.slice(0, 10);
  form.elements.time.value = time || there.slice(11);
  drawHere(desk);
}

function drawFor(desk) {
  const { $ } = desk;
  $("callback-who").hidden = !desk.can("callback_for");
  const teams = desk.line.state.teams ?? [];
  const whom = [["", t("callback.anyone")], [desk.line.state.user, t("callback.me")],
    ...teams.map((team) => [`team:${team}`, t("callback.team", { team })])];
  $("callback-for").replaceChildren(...whom.map(([value, text], n) =>
    el("label", { class: "choice" }, el("input", { type: "radio", name: "for", value, checked: n === 0 }), el("span", {}, text))));
}

// In seconds since 1970; NaN where no time of day is typed: `18:30`, `1830`, `9:05`.
function chosenAt(form) {
  const { day: { value: date }, time: { value: typed }, zone } = form.elements;
  const [, hour, minute] = typed.trim().match(/^([01]?\d|2[0-3])[:.：]?([0-5]\d)$/) ?? [];
  return hour && date ? instant(`${date}T${hour.padStart(2, "0")}:${minute}`, zone.value) : NaN;
}

// What the chosen time is on the agent's own clock.
function drawHere({ $ }) {
  const form = $("callback-form");
  const zone = form.elements.zone.value;
  $("callback-where").textContent = t("callback.their_clock", { zone: zoneName(zone) });
  const at = chosenAt(form);
  $("callback-here").textContent = Number.isNaN(at) ? ""
    : t("callback.here", { there: day(at, zone), here: clock(at, here()) });
}

function wire(desk) {
  if (wired) return;
  wired = true;
  const { $ } = desk;
  const form = $("callback-form");
  desk.onTick = () => drawLast(desk);
  $("undo").addEventListener("click", () => undo(desk));
  $("note").addEventListener("input", ({ target }) => keep("desk-draft", { call: noteFor, text: target.value }));
  form.addEventListener("input", () => {
    keepPromise(form, desk.me.call);
    drawHere(desk);
  });
  $("callback").addEventListener("close", () => keep("desk-promise", null));
  onSend(form, async (given, message) => {
    const at = chosenAt(form);
    if (!(at > desk.line.now())) {
      message.textContent = t(Number.isNaN(at) ? "callback.what_time" : "callback.past");
      return;
    }
    $("callback").close();
    await dispose(desk, word, { callback_at: at, callback_for: given.for ?? "" });
  });
  onSend($("dial-form"), async ({ number }) => {
    const campaign = $("dial-campaign").value;
    await desk.line.order("dial", { number, campaign });
    $("dial-form").reset();
  });
}
