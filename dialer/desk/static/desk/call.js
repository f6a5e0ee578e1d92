// What can be done with a call while it lasts.

import { el, onSend } from "../page.js";
import { language, named, t } from "../words.js";
import { isCalling } from "./shift.js";

const WITH_CUSTOMER = ["TALKING", "HELD"];
const RECORDED = ["on", "paused"];
let wired = false;

export function drawCall(desk) {
  wire(desk);
  const { $, me, phone } = desk;
  const talks = WITH_CUSTOMER.includes(me.state);
  $("call").hidden = !(talks || me.state === "WRAP_UP" || isCalling(me));
  for (const [id, what] of [["mute", "mute"], ["hold", "hold"], ["transfer", "transfer"]]) {
    $(id).hidden = !talks || !desk.can(what);
  }
  $("mute").hidden = !talks || !(phone.isOn || desk.can("mute"));
  $("mute").setAttribute("aria-pressed", String(phone.isOn ? phone.muted : Boolean(desk.hardMuted)));
  $("hold").setAttribute("aria-pressed", String(me.state === "HELD"));
  $("record").hidden = !talks || !desk.can("record") || !RECORDED.includes(me.recording);
  $("record").setAttribute("aria-pressed", String(me.recording === "paused"));
  $("record-says").textContent = t(me.recording === "paused" ? "call.record_on" : "call.record_off");
  $("greeting").hidden = isCalling(me);
  $("hang-up").hidden = !talks && !isCalling(me);
  if ($("transfer-box").open) drawTargets(desk); // who is free changes while one chooses
  if (!talks) desk.hardMuted = false;
  if (!talks && phone.muted) phone.mute(false); // the next one is to be heard
}

export const orders = {
  mute: async (desk) => {
    if (!WITH_CUSTOMER.includes(desk.me.state)) return;
    if (desk.phone.isOn) desk.phone.mute(!desk.phone.muted);
    else if (await desk.order("mute", { call: desk.me.call, muted: !desk.hardMuted })) desk.hardMuted = !desk.hardMuted;
    drawCall(desk);
  },
  hold: (desk) => {
    if (!desk.can("hold") || !WITH_CUSTOMER.includes(desk.me.state)) return null;
    return desk.order(desk.me.state === "HELD" ? "resume" : "hold", { call: desk.me.call });
  },
  record: ({ $, me, order }) => !$("record").hidden
    && order("record", { call: me.call, on: me.recording === "paused" }),
  hangUp: (desk) => (WITH_CUSTOMER.includes(desk.me.state) || isCalling(desk.me))
    && desk.order("hang_up", { call: desk.me.call }),
  greeting: (desk) => desk.me.call && desk.order("greeting", { call: desk.me.call }),
  transfer: (desk) => desk.can("transfer") && WITH_CUSTOMER.includes(desk.me.state) && transferBox(desk),
};

function transferBox(desk) {
  drawTargets(desk);
  desk.$("transfer-box").showModal();
}

// To whom: somebody who is free now, or whoever is free in a pool. What is chosen stays so, and a
// list that is pulled down is drawn anew only where there is news.
function drawTargets({ $, line, me }) {
  const { pools = [], agents = [], outside = [] } = line.state.targets ?? {};
  const chosen = $("transfer-form").elements.to;
  const { value } = chosen;
  const told = JSON.stringify([language(), pools, agents, outside]);
  if (chosen.dataset.told === told) return;
  chosen.dataset.told = told;
  const option = (name, text) => el("option", { value: name }, text);
  chosen.replaceChildren(
    el("optgroup", { label: t("transfer.pools") },
      ...pools.map((pool) => option(`pool:${pool}`, t("transfer.pool", { pool })))),
    el("optgroup", { label: t("transfer.agents") },
      ...agents.filter((one) => one.agent !== me.agent)
        .map((one) => option(one.agent, `${one.agent} · ${named("agent_state", one.state)}`))),
    ...outside.length ? [el("optgroup", { label: t("transfer.outside") },
      ...outside.map((name) => option(`outside:${name}`, name)))] : [],
  );
  if ([...chosen.options].some((one) => one.value === value)) chosen.value = value;
}

function wire(desk) {
  if (wired) return;
  wired = true;
  const { $ } = desk;
  for (const [id, order] of [["mute", "mute"], ["hold", "hold"], ["greeting", "greeting"],
    ["transfer", "transfer"], ["record", "record"], ["hang-up", "hangUp"]]) {
    $(id).addEventListener("click", () => orders[order](desk));
  }
  onSend($("transfer-form"), async ({ to }) => {
    await desk.line.order("transfer", { call: desk.me.call, to });
    $("transfer-box").close();
  });
}

