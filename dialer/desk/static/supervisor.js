// Supervisors: who works and how, whom one hears, and every order on a key.

import { el } from "./page.js";
import { t } from "./words.js";
import { Chosen } from "./supervisor/chosen.js";
import { Ear } from "./supervisor/ear.js";
import { Grid, drawCampaigns, drawCounts } from "./supervisor/grid.js";
import { Floor } from "./supervisor/line.js";

const $ = (id) => document.getElementById(id);
const floor = new Floor();
const ear = new Ear(floor);
const chosen = new Chosen(floor, ear);
const grid = new Grid(choose);
const find = $("find");

const KEYS = [
  ["l", "floor.listen", () => chosen.hear("listen")],
  ["w", "floor.whisper", () => chosen.hear("whisper")],
  ["b", "floor.barge", () => chosen.hear("barge")],
  ["s", "floor.stop", () => ear.at && ear.stop()],
  ["r", "floor.ready", () => chosen.steer("ready")],
  ["p", "floor.pause", () => chosen.steer("pause")],
  ["o", "floor.log_out", () => chosen.askLogOut()],
  ["e", "floor.recording", () => chosen.tape()],
  ["/", "floor.find", () => find.focus()],
  ["h", "floor.phone", () => $("phone").focus()],
  ["?", "floor.keys", help],
];

function choose(name) {
  if (name === chosen.name) return;
  chosen.name = name;
  draw();
}

function draw() {
  const { agents, campaigns } = floor.now;
  grid.draw(agents, chosen.name, find.value);
  grid.tick(floor.at());
  drawCounts(agents);
  drawCampaigns(campaigns);
  ear.draw();
  chosen.draw();
  $("no-switch").hidden = floor.now.switch !== "down" && floor.now.switch !== "away";
  $("no-room").hidden = floor.now.room !== false;
}

function step(by) {
  const { names } = grid;
  const at = names.indexOf(chosen.name);
  const next = names[Math.min(Math.max(at + by, 0), names.length - 1)];
  if (next === undefined) return;
  choose(next);
  grid.focus(next);
}

function help() {
  const rows = [["↑ ↓", t("floor.choose_key")], ...KEYS.map(([key, text]) => [key.toUpperCase(), t(text)])];
  $("help-keys").replaceChildren(...rows.map(([key, text]) =>
    el("div", { class: "key" }, el("kbd", {}, key), el("span", {}, text))));
  $("help").showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.target === find && ["Escape", "Enter"].includes(event.key)) {
    if (event.key === "Escape") find.value = "";
    draw();
    step(0);
    event.preventDefault();
    return;
  }
  if (event.target.matches("input, select, textarea")) return;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const line = KEYS.find(([key]) => key === event.key.toLowerCase());
  if (by) step(by);
  else line?.[2]();
  if (by || line) event.preventDefault();
});

for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
$("help-open").addEventListener("click", help);
find.addEventListener("input", draw);
document.addEventListener("words", () => {
  ear.drawPhones();
  draw();
});
floor.on("told", draw);
floor.on("link", (isUp) => { $("away").hidden = isUp; });
setInterval(() => grid.tick(floor.at()), 1000);
draw();
floor.connect();
await ear.begin();
