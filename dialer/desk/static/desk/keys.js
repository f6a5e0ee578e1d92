// Every function on a key: the table, what a press does, and the overlay that shows it.

import { el } from "../page.js";
import { t } from "../words.js";
import { orders } from "./call.js";
import { callbackBox, choose, keyOf, undo } from "./outcome.js";
import { reveal } from "./pop.js";
import { pause, pauseMenu } from "./shift.js";
import { shown } from "./shown.js";

const KEPT = "desk-keys";
const TABLE = [
  ["r", "desk.ready", (desk) => !desk.$("ready").hidden && desk.order("ready")],
  ["p", "desk.pause", (desk) => pauseMenu(desk, desk.$("reasons").hidden)],
  ["a", "shown.call", shown.call],
  ["s", "shown.skip", shown.skip],
  ["m", "call.mute", orders.mute],
  ["h", "call.hold", orders.hold],
  ["t", "call.transfer", orders.transfer],
  ["g", "call.greeting", orders.greeting],
  ["o", "call.record_key", orders.record],
  ["x", "call.hang_up", orders.hangUp],
  ["c", "callback.title", (desk) => callbackBox(desk)],
  ["n", "word.note", ({ $ }) => $("note").offsetParent && $("note").focus()],
  ["u", "desk.undo", undo],
  ["v", "pop.reveal", reveal],
  ["d", "dial.title", ({ $ }) => $("dial-number").offsetParent && $("dial-number").focus()],
  ["l", "desk.end", (desk) => desk.works && desk.order("log_out")],
  ["?", "keys.title", (desk) => help(desk)],
];

const isTyping = ({ target }) => target.matches("input:not([type=radio],[type=checkbox]), textarea, select");

export function keys(desk) {
  const { $ } = desk;
  const on = () => localStorage.getItem(KEPT) !== "off";
  $("keys-on").checked = on();
  $("keys-on").addEventListener("change", ({ target }) => localStorage.setItem(KEPT, target.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape") return escape(desk, event);
    if (isTyping(event) || document.querySelector("dialog[open]") || !desk.works) return;
    if (pressed(desk, event.key, on())) event.preventDefault();
  });
}

function pressed(desk, key, isOn) {
  if (!desk.$("reasons").hidden) return inMenu(desk, key);
  if (!isOn && key !== "?") return false;
  if (keyOf(key) >= 0) {
    choose(desk, keyOf(key));
    return true;
  }
  const line = TABLE.find(([one]) => one === key.toLowerCase());
  line?.[2](desk);
  return Boolean(line);
}

function inMenu(desk, key) {
  const reasons = desk.line.state.desk?.reasons ?? [];
  const entries = [...desk.$("reasons").children];
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (step) {
    const at = entries.indexOf(document.activeElement);
    entries.at((at + step) % entries.length)?.focus();
    return true;
  }
  const reason = reasons[Number(key) - 1];
  if (reason) pause(desk, reason);
  return Boolean(reason);
}

function escape(desk, event) {
  if (isTyping(event)) event.target.blur();
  if (!desk.$("reasons").hidden) {
    pauseMenu(desk, false);
    desk.$("pause").focus();
  }
}

function help(desk) {
  const rows = [["1 … 9", t("word.title")], ...TABLE.map(([key, text]) => [key.toUpperCase(), t(text)])];
  desk.$("help-keys").replaceChildren(...rows.map(([key, text]) =>
    el("div", { class: "key" }, el("kbd", {}, key), el("span", {}, text))));
  desk.$("help").showModal();
}
