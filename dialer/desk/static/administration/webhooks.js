// Webhooks: who outside is told of what; added, tried, and removed. The secret is shown once.

import { ask, el, say } from "../page.js";
import { keysOf, named, t } from "../words.js";
import { boxes, choice, field, instant, openForm, row, showSecret, table, ticked } from "./parts.js";
import { trying } from "./trial.js";

const FORMS = ["plain", "wecom", "dingtalk"];

export async function webhooks(room, me) {
  const known = await ask("GET", "/api/v1/webhooks");
  const may = "setting.edit" in me.permissions;
  const again = () => webhooks(room, me);
  const rows = known.map((one) => row([
    host(one), named("webhook_form", one.form), one.kinds.map((kind) => named("webhook_kind", kind)).join(t("audit_says.and")),
    one.made_by, instant(one.made_at), String(one.waiting), String(one.lost), may && el("div", { class: "orders" },
      order("admin.try_it", one, () => trying(one.webhook, host(one))), order("admin.remove", one, () => removing(one, again))),
  ], { "data-webhook": one.webhook }));
  room.replaceChildren(
    el("div", { class: "above" }, el("h2", {}, t("admin.webhooks")),
      may && el("button", { class: "main", onclick: () => adding(again) }, t("admin.add_webhook"))),
    el("p", { class: "quiet small" }, t("admin.webhooks_help")),
    table(["admin.host", "admin.form", "admin.kinds", "admin.by", "admin.made", "admin.waiting", "admin.lost", ""], rows));
}

const order = (what, one, onclick) => el("button", { onclick, "aria-label": `${t(what)}: ${host(one)}` }, t(what));

// The rest of an address may be a chat robot's key.
const host = (one) => new URL(one.url).host;

function adding(again) {
  const kinds = keysOf("webhook_kind").map((kind) => [kind, named("webhook_kind", kind)]);
  const parts = [
    field("admin.url", el("input", { name: "url", type: "url", required: true, maxlength: 500, autocomplete: "off", autofocus: true })),
    field("admin.form", choice("form", FORMS.map((one) => [one, named("webhook_form", one)]), "plain")),
    field("admin.secret", el("input", { name: "secret", maxlength: 200, autocomplete: "off" })),
    el("p", { class: "quiet small" }, t("admin.secret_help")),
    boxes("admin.kinds", "kinds", kinds, ["Alert"]),
  ];
  openForm(t("admin.add_webhook"), parts, async ({ url, form, secret }, sent) => {
    const told = await ask("POST", "/api/v1/webhooks", { url, form, secret, kinds: ticked(sent, "kinds") });
    await again();
    showSecret(t("admin.secret_of", { host: host({ url }) }), t("admin.once"), told.secret);
    return true;
  }, { go: "admin.add" });
}

function removing(one, again) {
  openForm(t("admin.remove_webhook", { host: host(one) }), [el("p", {}, t("admin.remove_webhook_help"))], async () => {
    await ask("DELETE", `/api/v1/webhooks/${one.webhook}`);
    await again();
    say(t("admin.webhook_removed"), "go");
  }, { go: "admin.remove" });
}
