// The softphone, as it is seen in the bar on top.

import { el } from "../page.js";
import { t } from "../words.js";

let parts = null;

export function drawPhone(desk) {
  parts ??= made(desk);
  const { phone, me } = desk;
  parts.all.hidden = !desk.works;
  if (!desk.works) return;
  const [key, kind] = phone.isOn ? ofBrowser(phone, me) : [me.leg_up ? "phone.leg_up" : "phone.leg_down", me.leg_up ? "go" : "alarm"];
  parts.pill.className = `pill ${kind}`;
  parts.pill.textContent = t(key);
  parts.level.hidden = !phone.isOn;
  desk.$("listen").hidden = phone.state !== "blocked";
}

function ofBrowser(phone, me) {
  if (phone.muted) return ["phone.muted", "warm"];
  if (phone.state === "refused") return ["phone.refused", "alarm"];
  if (phone.voice === "lost") return ["phone.voice_lost", "alarm"];
  if (phone.state === "connecting") return ["phone.connecting", "warm"];
  if (phone.voice === "flows" && me.leg_up) return ["phone.leg_up", "go"];
  return ["phone.waits", "warm"];
}

function made(desk) {
  const pill = el("button", { class: "pill", id: "phone", onclick: () => soundBox(desk) });
  const level = el("meter", { id: "level", min: 0, max: 1, "aria-label": t("sound.level") });
  const all = el("div", { class: "phone" }, level, pill);
  document.getElementById("bar-middle").append(all);
  desk.sound.meter(level);
  desk.$("listen-go").addEventListener("click", () => {
    desk.sound.voice.play();
    desk.phone.state = "registered";
    drawPhone(desk);
  });
  return { all, pill, level };
}

// The same controls as at the start, in a box of their own.
function soundBox({ $, phone }) {
  if (!phone.isOn) return;
  const devices = $("devices");
  devices.hidden = false;
  $("sound-place").append(devices);
  $("sound-box").addEventListener("close", () => $("start-form").querySelector("[data-message]").before(devices), { once: true });
  $("sound-box").showModal();
}
