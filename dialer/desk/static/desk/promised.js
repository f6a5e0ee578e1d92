// The calls that the agent promised to make in person, while nobody is on the line.

import { Problem, ask, el } from "../page.js";
import { t } from "../words.js";
import { clock, day } from "./times.js";

const AGAIN_S = 30;
const SHOWN = 12;
let found = [];
let askedAt = 0;
let shown = "";
let stateThen = "";

export function drawPromised(desk) {
  const { me, line } = desk;
  const now = `${me.state} ${me.since}`;
  const late = line.now() - askedAt > AGAIN_S;
  if (["READY", "PAUSED"].includes(me.state) && (now !== stateThen || late)) look(desk, now);
  fill(desk);
}

// One of these may have been made, moved, or given to somebody else meanwhile.
async function look(desk, now) {
  [stateThen, askedAt] = [now, desk.line.now()];
  try {
    const whom = encodeURIComponent(desk.line.state.user);
    found = await ask("GET", `/api/v1/callbacks?n=${SHOWN}&whom=${whom}`);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return; // what is known stays
  }
  fill(desk);
}

function fill({ $, line }) {
  const place = $("callbacks");
  const late = found.map(({ at }) => at < line.now());
  const now = JSON.stringify([found, late, document.documentElement.lang]);
  if (now === shown) return;
  shown = now;
  place.hidden = found.length === 0;
  place.replaceChildren(el("h2", {}, t("totals.callbacks")), el("table", {}, el("tbody", {},
    ...found.map((one, n) => row(one, late[n])))));
}

function row(one, isLate) {
  const theirs = one.zones[0] ? t("promised.theirs", { time: clock(one.at, one.zones[0]) }) : "";
  return el("tr", { "data-lead": one.lead },
    el("td", { class: `number ${isLate ? "warm-text" : ""}` }, day(one.at)),
    el("td", { class: "quiet small number" }, theirs),
    el("td", {}, one.name || one.masked),
    el("td", { class: "quiet small" }, one.campaign),
    el("td", { class: "small note" }, one.note));
}
