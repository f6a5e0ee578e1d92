// While nobody is on the line: how long, how many are being dialled, and why it is not more.

import { el } from "../page.js";
import { has, named, t } from "../words.js";

const RINGING = ["INTENDED", "PLACED", "RINGING"];
const COMING = ["ANSWERED", "WAITING"];

export function drawWaiting(desk) {
  const { $, me, line } = desk;
  const waits = ["READY", "PAUSED"].includes(me.state);
  $("waiting").hidden = !waits;
  if (!waits) return;
  const { agents = {}, calls = {}, campaigns = [] } = line.state.floor ?? {};
  const sum = (names) => names.reduce((all, name) => all + (calls[name] ?? 0), 0);
  $("waiting-says").textContent = me.state === "READY"
    ? t("waiting.ready", { ringing: sum(RINGING) })
    : t(me.leg_up ? "waiting.paused" : "waiting.no_leg");
  $("waiting-why").textContent = campaigns.map(why).join(" ");
  $("floor").replaceChildren(
    tile(agents.READY ?? 0, "waiting.agents_ready"),
    tile((agents.TALKING ?? 0) + (agents.HELD ?? 0), "waiting.agents_talking"),
    tile(sum(RINGING), "waiting.calls_ringing"),
    tile(sum(COMING), "waiting.calls_answered"),
  );
}

// What a campaign is doing, or what keeps it from doing more.
function why({ campaign, state, why: reason, bound, leads_now }) {
  if (state !== "dialling") return t("waiting.not_dialling", { campaign, state: named("campaign_state", state) });
  if (leads_now === 0) return t("waiting.no_leads", { campaign });
  if (bound && has(`bound.${bound}`)) return t("waiting.bound", { campaign, bound: named("bound", bound) });
  return reason ? t("waiting.bound", { campaign, bound: reason }) : t("waiting.dialling", { campaign });
}

function tile(count, key) {
  return el("div", { class: "tile" }, el("b", { class: "number" }, String(count)), el("span", {}, t(key)));
}
