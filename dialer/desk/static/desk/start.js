// The beginning of a shift: for whom, through which phone, and whether one is heard.

import { el, onSend } from "../page.js";
import { t } from "../words.js";

let wired = false;
let shown = "";

export function drawStart(desk) {
  wire(desk);
  const { $, line } = desk;
  const { pools = [], desk: things = {} } = line.state;
  const now = JSON.stringify([pools, things.hard, Boolean(things.soft), document.documentElement.lang]);
  if (now === shown) return;
  shown = now;
  $("pools").replaceChildren(...pools.map((pool, n) =>
    el("label", { class: "choice" }, el("input", { type: "radio", name: "pool", value: pool, checked: n === 0 }),
      el("span", {}, el("b", {}, pool)))));
  $("pool-choice").hidden = pools.length < 2;
  const hard = things.hard ?? [];
  $("hard").replaceChildren(...hard.map((name) => el("option", { value: name }, name)));
  $("hard-choice").hidden = hard.length === 0;
  const radio = document.querySelector('[name=phone][value=""]');
  radio.disabled = !things.soft;
  if (!things.soft) document.querySelector("[name=phone][value=hard]").checked = true;
  const message = $("start-form").querySelector("[data-message]");
  message.textContent = pools.length || line.state.away ? "" : t("start.no_pool");
  chosen(desk);
}

async function chosen(desk) {
  const { $, sound } = desk;
  const byBrowser = $("start-form").elements.phone.value === "";
  $("devices").hidden = !byBrowser;
  if (!byBrowser) return;
  const granted = await navigator.permissions?.query({ name: "microphone" }).catch(() => null);
  if (granted?.state === "granted") await hear(desk);
  else await fill(desk);
}

async function hear(desk) {
  try {
    await desk.sound.open();
  } catch {
    desk.$("echo-says").textContent = t("sound.refused");
    return false;
  }
  await fill(desk);
  return true;
}

async function fill({ $, sound }) {
  const found = await sound.devices();
  const options = (list, now) => list.map((one, n) =>
    el("option", { value: one.deviceId, selected: one.deviceId === now },
      one.label || t("sound.device", { n: n + 1 })));
  $("microphone").replaceChildren(...options(found.microphones, found.microphone));
  $("speaker").replaceChildren(...options(found.speakers, found.speaker));
  $("speaker").closest("label").hidden = found.speakers.length === 0;
}

async function echo(desk) {
  const { $ } = desk;
  if (!(await hear(desk))) return;
  $("echo").disabled = true;
  await desk.sound.echo((how) => ($("echo-says").textContent = t(`sound.${how}`)));
  $("echo").disabled = false;
}

async function start(desk, form) {
  const byBrowser = form.phone === "";
  desk.starting = true;
  try {
    if (byBrowser && !(await hear(desk))) return;
    if (byBrowser) await desk.phone.start(desk.line.state.desk.soft);
    const pool = form.pool ?? desk.line.state.pools[0] ?? "";
    await desk.line.order("log_in", { pool, phone: byBrowser ? "" : form.hard });
  } finally {
    desk.starting = false;
  }
}

function wire(desk) {
  if (wired) return;
  wired = true;
  const { $, sound } = desk;
  sound.meter($("start-level"));
  onSend($("start-form"), (form) => start(desk, form));
  $("echo").addEventListener("click", () => echo(desk));
  $("start-form").addEventListener("change", ({ target }) => {
    if (target.name === "phone") chosen(desk);
    if (target.id === "microphone" || target.id === "speaker") sound.choose(target.id, target.value);
  });
}
