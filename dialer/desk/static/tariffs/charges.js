// What is paid whether or not anybody calls: by the month and by the hour.

import { ask, el, onSend, say } from "../page.js";
import { amount } from "./shown.js";
import { named, t } from "../words.js";

const $ = (id) => document.getElementById(id);

export function beginCharges(mayEdit, load) {
  const form = $("charge-form");
  form.hidden = !mayEdit;
  form.elements.kind.addEventListener("change", () => { form.elements.name.required = form.elements.kind.value !== "pool"; });
  form.elements.name.required = true;
  onSend(form, async (given) => {
    await ask("POST", "/api/v1/tariffs/charges", given);
    say(t("tariffs.is_set"), "go");
    form.elements.amount.value = "";
    await load();
  });
}

export function drawCharges(charges) {
  $("charge-rows").replaceChildren(...charges.map((one) => el("tr", {},
    el("td", {}, named("charge", one.kind)), el("td", {}, one.name || t("tariffs.all_others")),
    el("td", { class: "number" }, amount(one.amount, one.currency)), el("td", {}, one.since))));
  $("no-charges").hidden = charges.length > 0;
}
