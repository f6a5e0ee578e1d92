// Campaigns and agents in sight: rows are kept and changed, so that a choice and the focus stay.

import { el } from "../page.js";
import { named, t } from "../words.js";
import { span } from "../desk/times.js";

const KINDS = { READY: "go", TALKING: "calm", CONSULTING: "calm", RESERVED: "calm", WRAP_UP: "warm", PAUSED: "" };
const ORDER = ["TALKING", "CONSULTING", "RESERVED", "PREVIEW", "WRAP_UP", "READY", "PAUSED", "LOGGED_OUT"];
const TAPES = { on: ["on", "●"], paused: ["paused", "❚❚"], "no room": ["lost", "✕"] };

export const kindOf = (agent) => (agent.leg_up ? (KINDS[agent.state] ?? "") : "alarm");
export const stateOf = (agent) => named("agent_state", agent.state) + (agent.reason ? ` · ${reason(agent.reason)}` : "");
const reason = (word) => (word === "supervisor" ? t("floor.by_supervisor") : named("pause_reason", word));

export class Grid {
  #rows = new Map();

  constructor(choose) {
    this.body = document.getElementById("agents");
    this.choose = choose;
    this.body.addEventListener("click", ({ target }) => {
      const row = target.closest("tr");
      if (row) this.choose(row.dataset.agent);
    });
    this.body.addEventListener("focusin", ({ target }) => this.choose(target.closest("tr").dataset.agent));
  }

  // Names in the order in which they are seen.
  get names() {
    return [...this.body.children].filter((row) => !row.hidden).map((row) => row.dataset.agent);
  }

  draw(agents, chosen, text) {
    for (const [name, row] of this.#rows) if (!(name in agents)) {
      row.remove();
      this.#rows.delete(name);
    }
    const words = text.toLowerCase();
    const sorted = Object.entries(agents).sort(([a, x], [b, y]) =>
      ORDER.indexOf(x.state) - ORDER.indexOf(y.state) || a.localeCompare(b));
    sorted.forEach(([name, agent], at) => {
      const row = this.#rows.get(name) ?? this.#made(name);
      this.#fill(row, name, agent);
      row.hidden = words !== "" && !row.textContent.toLowerCase().includes(words);
      row.setAttribute("aria-selected", name === chosen);
      row.tabIndex = name === chosen || (!chosen && at === 0) ? 0 : -1;
      // A row that moves loses the focus: only what is out of place moves.
      if (this.body.children[at] !== row) {
        const had = row === document.activeElement;
        this.body.insertBefore(row, this.body.children[at] ?? null);
        if (had) row.focus();
      }
    });
    document.getElementById("nobody").hidden = this.names.length > 0;
  }

  focus(name) {
    this.#rows.get(name)?.focus();
  }

  tick(at) {
    for (const cell of this.body.querySelectorAll("[data-since]")) cell.textContent = span(at - cell.dataset.since);
  }

  #made(name) {
    const row = el("tr", { "data-agent": name });
    this.#rows.set(name, row);
    return row;
  }

  #fill(row, name, agent) {
    const key = JSON.stringify(agent) + document.documentElement.lang;
    if (row.dataset.key === key) return;
    row.dataset.key = key;
    const { call, ears } = agent;
    row.replaceChildren(
      el("td", {}, name, agent.teams.length ? el("small", { class: "quiet" }, ` ${agent.teams.join(", ")}`) : null),
      el("td", {}, el("span", { class: `pill ${kindOf(agent)}` }, agent.leg_up ? stateOf(agent) : t("floor.leg_down"))),
      el("td", { class: "number", "data-since": agent.since }),
      el("td", {}, agent.campaign || "–"),
      el("td", {}, call ? el("span", { class: "number" }, call.masked) : "–", tape(agent.recording)),
      el("td", {}, ...ears.map((one) => el("span", { class: "pill calm" }, `${one.user} · ${t(`floor.${one.how}`)}`))));
  }
}

export function tape(state) {
  if (!(state in TAPES)) return null;
  const [kind, sign] = TAPES[state];
  return el("span", { class: `tape ${kind}` }, `${sign} ${t(`tape.${kind}`)}`);
}

export function drawCounts(agents) {
  const of = {};
  for (const { state } of Object.values(agents)) of[state] = (of[state] ?? 0) + 1;
  document.getElementById("counts").replaceChildren(...ORDER.filter((state) => of[state]).map((state) =>
    el("span", { class: `pill ${KINDS[state] ?? ""}` }, `${named("agent_state", state)} ${of[state]}`)));
}

const percent = (rate) => `${(rate * 100).toFixed(1)} %`;

export function drawCampaigns(campaigns) {
  const cards = Object.entries(campaigns).sort().map(([name, one]) => {
    const line = (key, value, of = {}) => el("p", { title: t(`${key}_help`, of) },
      el("span", { class: "quiet" }, t(key)), el("span", { class: "number" }, value));
    const rate = one.persons ? percent(one.abandoned / one.persons) : "–";
    return el("article", { class: "card campaign" },
      el("header", {}, el("h2", {}, name),
        el("span", { class: `pill ${one.state === "dialling" ? "go" : "warm"}` }, named("campaign_state", one.state))),
      line("floor.under_way", one.calls),
      line("floor.connected", `${one.connected} / ${one.placed}`),
      line("floor.abandoned", `${rate} / ${percent(one.cap)}`, { ...one, period: t(one.period.key, one.period.values) }));
  });
  document.getElementById("campaigns").replaceChildren(...cards);
}
