// A webhook is tried: a test goes out at once, and what came of it stands in the dialog.

import { Problem, ask, el } from "../page.js";
import { named, t } from "../words.js";

const dialog = document.getElementById("dialog");

export async function trying(webhook, host) {
  const close = el("button", { type: "button", class: "plain", onclick: () => dialog.close() }, t("admin.try_close"));
  const again = el("button", { type: "button", class: "main", disabled: true, onclick: () => trying(webhook, host) }, t("admin.try_again"));
  const room = el("div", { id: "tried", "aria-live": "polite", "aria-busy": "true" }, el("p", { class: "notice" }, t("admin.trying")));
  dialog.replaceChildren(el("h2", { id: "dialog-title" }, t("admin.tried_at", { host })),
    el("p", { class: "quiet small" }, t("admin.try_help")), room, el("div", { class: "buttons" }, close, again));
  if (!dialog.open) dialog.showModal();
  room.replaceChildren(...await came(webhook));
  room.setAttribute("aria-busy", "false");
  again.disabled = false;
}

async function came(webhook) {
  try {
    return told(await ask("POST", `/api/v1/webhooks/${webhook}/try`));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return [el("p", { class: "notice", role: "alert" }, problem.text)];
  }
}

function told({ taken, status, took_s: seconds, said, why }) {
  const values = { status, seconds };
  const fact = (name, value) => [el("dt", {}, t(name)), el("dd", {}, value)];
  return [
    el("p", { class: `notice ${taken ? "go" : "alarm"}`, "data-why": why },
      el("strong", {}, named("webhook_answer", why)), " ", t(`webhook_try.${why}`, values)),
    el("dl", {},
      ...fact("admin.try_status", status || t("admin.try_no_answer")),
      ...fact("admin.try_took", t("admin.try_seconds", values)),
      ...(status ? fact("admin.try_said", said ? el("code", {}, said) : t("admin.try_said_nothing")) : [])),
  ];
}
