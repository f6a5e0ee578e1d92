// A supervisor's own ear: with which phone, at whom, and in which way.

import { Problem, ask, el, head, say } from "../page.js";
import { has, t } from "../words.js";
import { Softphone } from "../desk/phone.js";
import { Sound } from "../desk/sound.js";

const KEPT = "supervisor-phone";
const $ = (id) => document.getElementById(id);

export class Ear {
  #known = { softphone: null, phones: [] };
  #isUp = false;

  constructor(floor) {
    this.floor = floor;
    this.phone = new Softphone(new Sound($("voice")));
    this.phone.onState(({ state }) => {
      if (state === "blocked") say(t("phone.blocked"), "warm");
      if (state === "refused") say(t("phone.refused"), "alarm");
    });
    floor.on("ended", (told) => this.#ended(told));
    $("stop").addEventListener("click", () => this.stop());
    $("phone").addEventListener("change", ({ target }) => localStorage.setItem(KEPT, target.value));
  }

  async begin() {
    this.#known = await ask("GET", "/api/v1/monitor");
    this.drawPhones();
  }

  drawPhones() {
    const { softphone, phones } = this.#known;
    const kept = localStorage.getItem(KEPT) ?? "";
    const options = [...(softphone ? [["", t("floor.softphone")]] : []), ...phones.map((one) => [one, one])];
    $("phone").replaceChildren(...options.map(([value, text]) =>
      el("option", { value, selected: value === kept }, text)));
    $("phone").disabled = options.length === 0;
    if (!options.length) $("phone").replaceChildren(el("option", {}, t("floor.no_phone")));
  }

  // Whom one hears now, and how; null if nobody.
  get at() {
    for (const [agent, { ears }] of Object.entries(this.floor.now.agents)) {
      const mine = ears.find((one) => one.user === head.user);
      if (mine) return { agent, ...mine };
    }
    return null;
  }

  async begun(agent, how) {
    const before = this.at;
    if (before && before.agent !== agent) await this.stop();
    if (!(await this.#picksUp())) return;
    await order("POST", `/api/v1/agents/${encodeURIComponent(agent)}/${how}`, { phone: $("phone").value });
  }

  // The browser's own phone registers before it can ring; without a microphone it cannot.
  async #picksUp() {
    if ($("phone").value || !this.#known.softphone || this.phone.isOn) return true;
    try {
      await this.phone.start(this.#known.softphone);
      return true;
    } catch {
      say(t("floor.no_microphone"), "alarm");
      return false;
    }
  }

  async stop() {
    await order("POST", "/api/v1/monitor/stop");
  }

  draw() {
    const { at } = this;
    if (this.#isUp && !at && this.phone.isOn) this.phone.stop();
    this.#isUp = Boolean(at?.up);
    $("ear").classList.toggle("on", at !== null);
    $("stop").hidden = at === null;
    $("ear-says").className = at ? "" : "quiet";
    if (!at) $("ear-says").textContent = t("floor.silent");
    else $("ear-says").textContent = at.up ? t(`floor.at_${at.how}`, { agent: at.agent }) : t("floor.rings");
  }

  #ended({ agent, why }) {
    if (!this.at) this.phone.stop();
    if (why === "asked") return;
    say(has(`ended.${key(why)}`) ? t(`ended.${key(why)}`, { agent }) : t("ended.other", { agent }), "warm");
  }
}

const key = (why) => why.replace(/[^a-z]+/g, "_");

export async function order(method, path, body) {
  try {
    return await ask(method, path, body);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    say(problem.text, "alarm");
    return null;
  }
}
