// Teams: who is in them; made and removed.

import { ask, el, say } from "../page.js";
import { t } from "../words.js";
import { field, openForm, row, table } from "./parts.js";

export async function teams(room, me) {
  const known = await ask("GET", "/api/v1/teams");
  const may = "team.edit" in me.permissions;
  const again = () => teams(room, me);
  const rows = known.map((one) => row([one.team, one.members.join(", ") || "–", may &&
    el("button", { onclick: () => removing(one, again), "aria-label": `${t("admin.remove")}: ${one.team}` }, t("admin.remove"))]));
  room.replaceChildren(
    el("div", { class: "above" }, el("h2", {}, t("admin.teams")),
      may && el("button", { class: "main", onclick: () => adding(again) }, t("admin.add_team"))),
    table(["admin.team", "admin.members", ""], rows));
}

function adding(again) {
  const name = el("input", { name: "team", required: true, pattern: "[a-z][a-z0-9._\\-]{0,31}", autocomplete: "off", autofocus: true });
  openForm(t("admin.add_team"), [field("admin.team", name), el("p", { class: "quiet small" }, t("admin.name_help"))],
    async ({ team }) => {
      await ask("POST", "/api/v1/teams", { team });
      await again();
    }, { go: "admin.add" });
}

function removing(one, again) {
  openForm(t("admin.remove_team", { team: one.team }), [el("p", {}, t("admin.remove_team_help"))], async () => {
    const { members } = await ask("DELETE", `/api/v1/teams/${encodeURIComponent(one.team)}`);
    await again();
    say(t("admin.team_removed", { n: members }), "go");
  }, { go: "admin.remove" });
}
