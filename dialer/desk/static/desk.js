// The agent's desk: shows what the server says of the agent, and gives the agent's orders.

import { Line } from "./desk/line.js";
import { Softphone } from "./desk/phone.js";
import { Sound } from "./desk/sound.js";
import { drawCall } from "./desk/call.js";
import { drawOutcome, settle } from "./desk/outcome.js";
import { drawPop, reveal } from "./desk/pop.js";
import { drawShown } from "./desk/shown.js";
import { drawStart } from "./desk/start.js";
import { drawState, tick } from "./desk/shift.js";
import { drawPromised } from "./desk/promised.js";
import { drawTotals, tickTotals } from "./desk/totals.js";
import { drawWaiting } from "./desk/waiting.js";
import { drawPhone } from "./desk/phone-view.js";
import { keys } from "./desk/keys.js";
import { Problem, beforeLeaving, say } from "./page.js";
import { named, t } from "./words.js";

const $ = (id) => document.getElementById(id);
const OUT = "LOGGED_OUT";

const sound = new Sound($("voice"));
const desk = {
  line: new Line(),
  sound,
  phone: new Softphone(sound),
  link: "connecting",
  $,
  get me() { return this.line.state.me ?? { state: OUT }; },
  get pop() { return this.line.state.pop ?? null; },
  get works() { return this.me.state !== OUT; },
  can(what) { return (this.line.state.desk?.can ?? []).includes(what); },
  // Give an order; what is refused is said, and told by a false.
  async order(name, fields) {
    try {
      await desk.line.order(name, fields);
      return true;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      say(problem.text, "alarm");
      return false;
    }
  },
};

function draw() {
  const here = ["up", "down"].includes(desk.link) && desk.line.state.me !== undefined;
  $("cover").hidden = here || desk.link === "over";
  $("start").hidden = !here || desk.works;
  $("work").hidden = !here || !desk.works;
  $("line-lost").hidden = desk.link !== "down";
  $("dialer-away").hidden = !here || !desk.line.state.away || desk.link === "down";
  if (!here) drawCover();
  else if (!desk.works) drawStart(desk);
  else for (const part of [drawState, drawWaiting, drawPromised, drawPop, drawShown, drawCall, drawOutcome]) part(desk);
  drawTotals(desk);
  drawPhone(desk);
}

function drawCover() {
  const how = desk.link === "elsewhere" || desk.link === "taken" ? desk.link : "connecting";
  $("cover-title").textContent = t(`${how}.title`);
  $("cover-text").textContent = t(`${how}.text`);
  $("cover-go").hidden = how === "connecting";
}

const troubled = ({ what, why }) => t(`trouble.${what}`, why ? { why: named("refusal", why) } : {});

// After a reload, or with a desk that was taken over, the phone goes on where the agent works.
async function phoneFits() {
  const { soft } = desk.line.state.desk ?? {};
  const wanted = desk.works && soft && desk.me.endpoint === soft.endpoint;
  if (wanted && !desk.phone.isOn) {
    try {
      await desk.phone.start(soft);
      await desk.order("leg"); // the leg of the page before is dead: call this one
    } catch {
      say(t("sound.refused"), "alarm");
    }
  } else if (!desk.works && desk.phone.isOn && desk.me.state === OUT && !desk.starting) {
    desk.phone.stop();
  }
}

desk.line.on("link", (how) => {
  desk.link = how;
  if (how === "over") location.assign("/login?to=/desk");
  if (how === "taken") desk.phone.stop();
  if (how === "up") desk.phone.wake();
  draw();
});
desk.line.on("state", (_, changed) => {
  if (changed.me) settle(desk);
  if (changed.trouble) say(troubled(changed.trouble), "alarm");
  draw();
  if (changed.me || changed.desk) phoneFits();
});
desk.phone.onState(() => drawPhone(desk));
document.addEventListener("words", draw);
$("cover-go").addEventListener("click", () => desk.line.connect(true));
for (const one of document.querySelectorAll("dialog [data-close]")) {
  one.addEventListener("click", () => one.closest("dialog").close());
}
$("reveal").addEventListener("click", () => reveal(desk));
beforeLeaving.push(async () => {
  if (desk.works) await desk.order("log_out");
});
keys(desk);
setInterval(() => {
  tick(desk);
  tickTotals(desk);
  if (desk.works) drawPromised(desk);
}, 250);
desk.line.connect();
draw();
