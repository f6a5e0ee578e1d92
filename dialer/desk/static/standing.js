// How far a list is worked, how clean it is, when it is worked through; put away, brought back.

import { ask, el, tried } from "./page.js";
import { language, t } from "./words.js";

const $ = (id) => document.getElementById(id);
const select = $("standing-of").elements.known;
const button = (name) => $("of-list").querySelector(`[name="${name}"]`);
let lists = [];
let may = { permissions: {} };

const path = (what) => `/api/v1/lists/${encodeURIComponent(select.value)}/${what}`;
const shown = (one) => one.archived_at === null ? one.name : t("lists.is_archived", { list: one.name });

// The lists there are now: one may have come in meanwhile.
export async function known(me) {
  if (me) may = me;
  lists = (await tried(() => ask("GET", "/api/v1/lists"))) ?? [];
  const chosen = select.value;
  select.replaceChildren(...lists.map((one) => el("option", { value: one.name, selected: one.name === chosen }, shown(one))));
  $("standings").hidden = lists.length === 0;
  buttons();
}

function buttons() {
  const one = lists.find((list) => list.name === select.value);
  $("of-list").hidden = !one;
  if (!one) return;
  const edits = Boolean(may.permissions["list.edit"]);
  button("archive").hidden = !edits || one.archived_at !== null;
  button("bring-back").hidden = !edits || one.archived_at === null;
  button("export").hidden = !may.permissions["list.export"];
  button("export").href = path("export");
}

async function look() {
  if (!select.value) return;
  const told = await tried(() => ask("GET", `${path("standing")}?lang=${language()}`));
  if (told) $("standing").replaceChildren(...told.words.map((line) => el("li", {}, line)));
}

async function put(what, said) {
  const list = select.value;
  if (!await tried(() => ask("POST", path(what)))) return;
  await known();
  $("list-said").textContent = t(said, { list });
}

$("standing-of").addEventListener("submit", (event) => {
  event.preventDefault();
  look();
});
select.addEventListener("change", () => { $("list-said").textContent = ""; buttons(); });
button("archive").addEventListener("click", () => put("archive", "lists.archived"));
button("bring-back").addEventListener("click", () => put("bring-back", "lists.brought_back"));
document.addEventListener("words", () => { if ($("standing").childElementCount) look(); });
