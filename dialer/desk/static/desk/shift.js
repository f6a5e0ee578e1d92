// The strip on top: what the agent does, since when, and what the agent wants next.

import { el } from "../page.js";
import { has, named, t } from "../words.js";
import { span } from "./times.js";

const KINDS = { READY: "go", PREVIEW: "calm", TALKING: "calm", HELD: "warm", RESERVED: "calm", WRAP_UP: "warm", PAUSED: "warm" };
export const reasonName = (word) => (has(`pause_reason.${word}`) ? named("pause_reason", word) : word);
// The agent calls in person, and nobody has answered yet.
export const isCalling = (me) => me.state === "RESERVED" && me.by_hand;
let wired = false;

export function drawState(desk) {
  wire(desk);
  const { $, me } = desk;
  Object.assign($("state").dataset, { state: me.state, kind: KINDS[me.state] ?? "" });
  const name = isCalling(me) ? t("desk.calling") : named("agent_state", me.state);
  $("state-name").textContent = name;
  $("state-why").textContent = why(me);
  const waits = me.wants === "ready" && me.state !== "PAUSED";
  $("ready").hidden = waits && me.state !== "WRAP_UP";
  $("ready").classList.toggle("asked", me.wants === "ready");
  $("pause").classList.toggle("asked", me.wants === "pause" && me.state !== "PAUSED");
  document.title = `${name} · ${t("title.desk")}`;
}

// A pause has its reason; a call, what comes after it.
function why(me) {
  if (me.state === "PAUSED") {
    const reason = me.reason ? reasonName(me.reason) : "";
    return me.wants === "ready" ? t("desk.back_soon", { reason }) : reason;
  }
  if (me.state === "READY") return "";
  if (me.wants === "pause") return t("desk.then_pause", { reason: reasonName(me.why ?? "") });
  return me.wants === "log_out" ? t("desk.then_out") : "";
}

// What moves by itself.
export function tick(desk) {
  const { $, me, line } = desk;
  if (!desk.works) return;
  $("timer").textContent = span(line.now() - me.since);
  const left = me.wrap_up_until ? me.wrap_up_until - line.now() : null;
  $("wrap-up").textContent = left === null ? "" : t("word.left", { seconds: Math.max(0, Math.ceil(left)) });
  desk.onTick?.();
}

export function pauseMenu(desk, open) {
  const { $ } = desk;
  $("reasons").hidden = !open;
  $("pause").setAttribute("aria-expanded", String(open));
  if (!open) return;
  const reasons = desk.line.state.desk?.reasons ?? [];
  $("reasons").replaceChildren(...reasons.map((reason, n) =>
    el("button", { role: "menuitem", onclick: () => pause(desk, reason) },
      el("kbd", {}, String(n + 1)), reasonName(reason))));
  $("reasons").firstChild?.focus();
}

export async function pause(desk, reason) {
  pauseMenu(desk, false);
  await desk.order("pause", { reason });
}

function wire(desk) {
  if (wired) return;
  wired = true;
  const { $ } = desk;
  $("ready").addEventListener("click", () => desk.order("ready"));
  $("pause").addEventListener("click", () => pauseMenu(desk, $("reasons").hidden));
  $("end-shift").addEventListener("click", () => desk.order("log_out"));
  document.addEventListener("click", ({ target }) => {
    if (!$("pause-menu").contains(target)) pauseMenu(desk, false);
  });
}
