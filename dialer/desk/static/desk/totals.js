// The agent's shift in figures, the same as on the board; what runs now is added by the page.

import { el } from "../page.js";
import { named, t } from "../words.js";
import { clock, day, span } from "./times.js";

const RUNS = {
  READY: "ready_s", RESERVED: "ready_s", TALKING: "talk_s", CONSULTING: "talk_s", HELD: "hold_s",
  WRAP_UP: "wrap_up_s", PAUSED: "paused_s",
};
const TIMES = [
  ["ready_s", "column.ready_time"], ["talk_s", "column.talk"], ["hold_s", "agent_state.HELD"],
  ["wrap_up_s", "column.wrap_up"], ["paused_s", "column.paused"],
];
const SEAM_S = 0.001;
const WAITS = ["READY", "PAUSED"];

// Whether the interval that runs now follows the last one that is counted.
function goesOn({ me, line }) {
  return Math.abs((me.since ?? 0) - line.state.shift.upto_at) < SEAM_S;
}

export function drawTotals(desk) {
  const { shift } = desk.line.state;
  for (const place of document.querySelectorAll(".totals")) {
    const isHere = place.id === (desk.works ? "this-shift" : "last-shift");
    place.hidden = !shift || !isHere || (desk.works && !WAITS.includes(desk.me.state));
    place.replaceChildren(...(place.hidden ? [] : parts(desk, shift)));
  }
  tickTotals(desk);
}

// Figures that are a moment behind are not gone on with: they stay as they were told.
export function tickTotals(desk) {
  const { shift } = desk.line.state;
  if (!shift) return;
  const runs = desk.works && goesOn(desk);
  const now = runs ? desk.line.now() : shift.upto_at;
  for (const cell of document.querySelectorAll(".totals [data-time]")) {
    const name = cell.dataset.time;
    cell.textContent = span(shift[name] + (runs && RUNS[desk.me.state] === name ? now - shift.upto_at : 0));
  }
  for (const cell of document.querySelectorAll(".totals [data-until]")) {
    cell.textContent = `${day(shift.began_at)} – ${clock(now)}`;
  }
}

function parts({ works }, shift) {
  const times = TIMES.filter(([name]) => name !== "hold_s" || shift.hold_s > 0);
  const said = shift.dispositions.map(({ word, calls }) =>
    el("span", { class: "pill", "data-word": word }, `${named("disposition", word)} ${calls}`));
  return [
    el("header", {}, el("h2", {}, t(works ? "totals.this" : "totals.last")),
      el("span", { class: "quiet small number", "data-until": true })),
    el("dl", {},
      ...figure("calls", "column.calls", String(shift.calls)),
      ...times.flatMap(([name, key]) => figure(name, key, "", true)),
      ...figure("callbacks", "totals.callbacks", String(shift.callbacks))),
    said.length ? el("p", { class: "row wrap" }, ...said) : null,
  ].filter(Boolean);
}

function figure(name, key, text, isTime) {
  return [el("div", {}, el("dt", {}, t(key)),
    el("dd", { class: "number", "data-figure": name, "data-time": isTime && name }, text))];
}
