// Accounts: who is there, what he may, and every change of it.

import { Problem, ask, el, say } from "../page.js";
import { named, t } from "../words.js";
import { boxes, choice, field, openForm, row, showSecret, table, ticked, words } from "./parts.js";

const ROLES = ["superuser", "administrator", "supervisor", "inspector", "analyst", "agent"];
const roles = () => ROLES.map((one) => [one, named("role", one)]);
const path = (name, more = "") => `/api/v1/users/${encodeURIComponent(name)}${more}`;

export async function users(room, me) {
  const [known, teams, permissions] = await Promise.all([
    ask("GET", "/api/v1/users"), ask("GET", "/api/v1/teams"), ask("GET", "/api/v1/permissions")]);
  const again = () => users(room, me);
  const may = (name) => name in me.permissions;
  const house = { teams: teams.map((one) => one.team), permissions, may, again };
  const add = may("user.add") && el("button", { class: "main", onclick: () => adding(house) }, t("admin.add_user"));
  const rows = known.map((one) => row([
    one.name, named("role", one.role), listed(one.campaigns, "dnc.everybody"), listed(one.teams, "admin.all_teams"),
    one.grants.map((grant) => named("grant", grant)).join(", ") || "–", state(one),
    el("button", { onclick: () => changing(one, house), "aria-label": `${t("admin.change")}: ${one.name}` }, t("admin.change")),
  ], { class: one.active ? null : "closed", "data-user": one.name }));
  room.replaceChildren(
    el("div", { class: "above" }, el("h2", {}, t("admin.users")), add),
    table(["admin.name", "admin.role", "admin.campaigns", "admin.teams", "admin.grants", "admin.state", ""], rows));
}

const listed = (names, all) => names.map((name) => (name === "*" ? t(all) : name)).join(", ") || "–";

function state(one) {
  if (!one.active) return el("span", { class: "pill alarm" }, t("admin.closed"));
  if (one.must_change) return el("span", { class: "pill warm" }, t("admin.must_change"));
  return one.sessions
    ? el("span", { class: "pill go" }, t("admin.logged_in", { n: one.sessions }))
    : el("span", { class: "pill" }, t("admin.away"));
}

const scope = (one, house) => [
  field("admin.campaigns_help", el("input", { name: "campaigns", value: one.campaigns.join(" "), autocomplete: "off" })),
  boxes("admin.teams", "teams", [["*", t("admin.all_teams")], ...house.teams.map((team) => [team, team])], one.teams),
];

function adding(house) {
  const parts = [
    field("admin.name", el("input", { name: "name", required: true, pattern: "[a-z][a-z0-9._\\-]{0,31}", autocapitalize: "none", autocomplete: "off", autofocus: true })),
    el("p", { class: "quiet small" }, t("admin.name_help")),
    field("admin.role", choice("role", roles(), "agent")), ...scope({ campaigns: [], teams: [] }, house)];
  openForm(t("admin.add_user"), parts, async ({ name, role, campaigns }, form) => {
    const told = await ask("POST", "/api/v1/users",
      { name, role, campaigns: words(campaigns), teams: ticked(form, "teams") });
    await house.again();
    showSecret(t("admin.password_of", { name }), t("admin.once"), told.password);
    return true;
  }, { go: "admin.add" });
}

function changing(one, house) {
  const grantable = (role) => Object.entries(house.permissions)
    .filter(([, cells]) => cells[role].by_grant).map(([name]) => [name, named("grant", name)]);
  const grants = el("div", {}, boxes("admin.grants", "grants", grantable(one.role), one.grants));
  const role = choice("role", roles(), one.role, { disabled: !house.may("user.role") });
  role.addEventListener("change", () =>
    grants.replaceChildren(boxes("admin.grants", "grants", grantable(role.value), one.grants)));
  const then = async (job, told) => {
    try {
      const said = await job();
      await house.again();
      document.getElementById("dialog").close();
      if (told) say(t(told, said), "go");
      return said;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      say(problem.text, "alarm");
      return null;
    }
  };
  const button = (needs, label, job) => house.may(needs) && el("button", { type: "button", onclick: job }, t(label));
  const more = [
    button("user.reset", "admin.reset", async () => {
      const said = await then(() => ask("POST", path(one.name, "/reset"), {}));
      if (said) showSecret(t("admin.password_of", { name: one.name }), t("admin.once"), said.password);
    }),
    one.factor && button("user.reset", "admin.factor_off",
      () => then(() => ask("POST", path(one.name, "/factor-off")), "admin.factor_ended")),
    one.sessions > 0 && button("user.log_out", "admin.end_sessions",
      () => then(() => ask("POST", path(one.name, "/log-out")), "admin.sessions_ended")),
    one.active
      ? button("user.disable", "admin.close", () => then(() => ask("POST", path(one.name, "/disable"))))
      : button("user.disable", "admin.open", () => then(() => ask("POST", path(one.name, "/enable")))),
  ];
  const parts = [field("admin.role", role), ...(house.may("user.scope") ? scope(one, house) : []),
    ...(house.may("user.grant") ? [grants] : [])];
  openForm(one.name, parts, async ({ campaigns }, form) => {
    if (house.may("user.role") && role.value !== one.role) await ask("PUT", path(one.name, "/role"), { role: role.value });
    if (house.may("user.scope")) {
      await ask("PUT", path(one.name, "/scope"), { campaigns: words(campaigns), teams: ticked(form, "teams") });
    }
    if (house.may("user.grant")) await ask("PUT", path(one.name, "/grants"), { grants: ticked(form, "grants") });
    await house.again();
    say(t("admin.kept"), "go");
  }, { more: more.filter(Boolean) });
}
