// The agent who is chosen, and what can be done: each order asks the API, and is in the audit log.

import { el, say } from "../page.js";
import { t } from "../words.js";
import { order } from "./ear.js";
import { kindOf, stateOf, tape } from "./grid.js";

const $ = (id) => document.getElementById(id);
const path = (agent, what) => `/api/v1/agents/${encodeURIComponent(agent)}/${what}`;

export class Chosen {
  name = "";

  constructor(floor, ear) {
    Object.assign(this, { floor, ear });
    for (const button of document.querySelectorAll("[data-how]")) {
      button.addEventListener("click", () => this.hear(button.dataset.how));
    }
    $("ready").addEventListener("click", () => this.steer("ready"));
    $("pause").addEventListener("click", () => this.steer("pause"));
    $("log-agent-out").addEventListener("click", () => this.askLogOut());
    $("record").addEventListener("click", () => this.tape());
    $("sure-go").addEventListener("click", () => {
      $("sure").close();
      this.steer("log-out");
    });
  }

  get agent() {
    return this.floor.now.agents[this.name];
  }

  draw() {
    const { agent } = this;
    $("none").hidden = Boolean(agent);
    $("who").hidden = !agent;
    if (!agent) return;
    $("who-name").textContent = this.name;
    $("who-state").className = `pill ${kindOf(agent)}`;
    $("who-state").textContent = agent.leg_up ? stateOf(agent) : t("floor.leg_down");
    const { call } = agent;
    const facts = [["floor.team", agent.teams.join(", ")], ["floor.pool", agent.pool], ["column.campaign", agent.campaign],
      ["floor.customer", call && el("span", {}, call.masked, tape(agent.recording))], ["floor.list", call?.list],
      ["floor.attempt", call?.attempt]];
    $("who-is").replaceChildren(...facts.filter(([, value]) => value).flatMap(([key, value]) =>
      [el("dt", {}, t(key)), el("dd", {}, value)]));
    this.#drawOrders(agent);
  }

  #drawOrders(agent) {
    const { at } = this.ear;
    for (const button of document.querySelectorAll("[data-how]")) {
      button.disabled = !agent.hows.includes(button.dataset.how);
      button.setAttribute("aria-pressed", at?.agent === this.name && at.how === button.dataset.how);
    }
    $("why-not").textContent = agent.hows.length ? "" : t(agent.call && agent.state !== "WRAP_UP" ? "floor.not_granted" : "floor.no_call");
    $("ready").disabled = !agent.steer || agent.state === "READY";
    $("pause").disabled = !agent.steer || agent.state === "PAUSED";
    $("log-agent-out").disabled = !agent.steer;
    $("tape").hidden = !["on", "paused"].includes(agent.recording) || !agent.steer;
    const paused = agent.recording === "paused";
    $("record").setAttribute("aria-pressed", paused);
    $("record").firstElementChild.textContent = t(paused ? "floor.record_on" : "floor.record_off");
  }

  async hear(how) {
    if (this.agent?.hows.includes(how)) await this.ear.begun(this.name, how);
  }

  async steer(what) {
    const { name, agent } = this;
    if (!agent?.steer) return;
    const body = what === "pause" ? { reason: "supervisor" } : undefined;
    if (await order("POST", path(name, what), body)) say(t(`floor.done_${what.replace("-", "_")}`, { agent: name }), "go");
  }

  askLogOut() {
    if (!this.agent?.steer) return;
    $("sure-title").textContent = t("floor.log_out_sure", { agent: this.name });
    $("sure").showModal();
  }

  async tape() {
    const what = { on: "pause", paused: "resume" }[this.agent?.recording];
    if (what) await order("POST", path(this.name, `recording/${what}`));
  }
}
