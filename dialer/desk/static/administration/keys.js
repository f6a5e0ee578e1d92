// API keys: made, shown once, ended.

import { ask, el, say } from "../page.js";
import { t } from "../words.js";
import { boxes, field, instant, openForm, row, showSecret, table, ticked } from "./parts.js";

export async function keys(room, me) {
  const known = await ask("GET", "/api/v1/keys");
  const again = () => keys(room, me);
  const rows = known.map((one) => row([
    el("code", {}, `dk_${one.key}`), one.label, one.owner, one.scopes.join(", "), instant(one.made_at),
    instant(one.used_at), state(one),
    lasts(one) && el("button", { onclick: () => revoking(one, again), "aria-label": `${t("admin.revoke")}: ${one.label}` }, t("admin.revoke")),
  ], { class: lasts(one) ? null : "closed" }));
  room.replaceChildren(
    el("div", { class: "above" }, el("h2", {}, t("admin.keys")),
      "key.make" in me.permissions && el("button", { class: "main", onclick: () => making(me, again) }, t("admin.make_key"))),
    table(["admin.key", "admin.label", "admin.owner", "admin.scopes", "admin.made", "admin.used", "admin.state", ""], rows));
}

const lasts = (one) => !one.revoked_at && one.expires_at * 1000 > Date.now();

function state(one) {
  if (one.revoked_at) return el("span", { class: "pill alarm" }, t("admin.revoked"));
  if (!lasts(one)) return el("span", { class: "pill warm" }, t("admin.expired"));
  return el("span", { class: "pill go" }, t("admin.until", { at: instant(one.expires_at) }));
}

function making(me, again) {
  const held = Object.keys(me.permissions).map((one) => [one, one]);
  const parts = [
    field("admin.label", el("input", { name: "label", required: true, maxlength: 60, autocomplete: "off", autofocus: true })),
    field("admin.days", el("input", { name: "days", type: "number", min: 1, max: 366, value: 90, required: true })),
    boxes("admin.scopes", "scopes", held, []),
  ];
  openForm(t("admin.make_key"), parts, async ({ label, days }, form) => {
    const told = await ask("POST", "/api/v1/keys", { label, days: Number(days), scopes: ticked(form, "scopes") });
    await again();
    showSecret(t("admin.key_of", { label }), t("admin.once"), told.secret);
    return true;
  }, { go: "admin.make" });
}

function revoking(one, again) {
  openForm(t("admin.revoke_key", { label: one.label }), [el("p", {}, t("admin.revoke_help"))], async () => {
    await ask("DELETE", `/api/v1/keys/${one.key}`);
    await again();
    say(t("admin.revoked"), "go");
  }, { go: "admin.revoke" });
}
