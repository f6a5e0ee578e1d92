// Who answers for the house: accounts, teams, keys, webhooks and the audit log, each in a tab of its own.

import { ask } from "./page.js";
import { audit } from "./administration/audit.js";
import { keys } from "./administration/keys.js";
import { teams } from "./administration/teams.js";
import { users } from "./administration/users.js";
import { webhooks } from "./administration/webhooks.js";

const tabs = [...document.querySelectorAll("[role=tab]")];
const needs = {
  users: "user.see", teams: "team.see", keys: "key.see", webhooks: "setting.see", audit: "audit.see" };
const rooms = { users, teams, keys, webhooks, audit };
const me = await ask("GET", "/me");
const mine = tabs.filter((tab) => me.permissions[needs[tab.getAttribute("aria-controls")]]);

async function show(name, focus) {
  for (const tab of tabs) {
    const here = tab.getAttribute("aria-controls") === name;
    tab.setAttribute("aria-selected", here);
    tab.tabIndex = here ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !here;
    if (here && focus) tab.focus();
  }
  history.replaceState(null, "", `#${name}`);
  await rooms[name](document.getElementById(name), me);
}

const shown = () => mine.find((tab) => tab.getAttribute("aria-selected") === "true");

for (const tab of tabs) {
  tab.hidden = !mine.includes(tab);
  tab.addEventListener("click", () => show(tab.getAttribute("aria-controls")));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = mine[(mine.indexOf(tab) + step + mine.length) % mine.length];
    show(next.getAttribute("aria-controls"), true);
  });
}

document.addEventListener("words", () => show(shown().getAttribute("aria-controls")));
const asked = location.hash.slice(1);
const first = mine.find((tab) => tab.getAttribute("aria-controls") === asked) ?? mine[0];
show(first.getAttribute("aria-controls"));
