// How far a list is worked, how clean it is, and when it is worked through.

import { ask, el, tried } from "./page.js";
import { language } from "./words.js";

const $ = (id) => document.getElementById(id);
const select = $("standing-of").elements.known;

// The lists there are now: one may have come in meanwhile.
export async function known() {
  const lists = (await tried(() => ask("GET", "/api/v1/lists"))) ?? [];
  const chosen = select.value;
  select.replaceChildren(...lists.map((one) => el("option", { value: one.name, selected: one.name === chosen }, one.name)));
  $("standings").hidden = lists.length === 0;
}

async function look() {
  if (!select.value) return;
  const told = await tried(() => ask("GET", `/api/v1/lists/${encodeURIComponent(select.value)}/standing?lang=${language()}`));
  if (told) $("standing").replaceChildren(...told.words.map((line) => el("li", {}, line)));
}

$("standing-of").addEventListener("submit", (event) => {
  event.preventDefault();
  look();
});
document.addEventListener("words", () => { if ($("standing").childElementCount) look(); });
