// The first start: who has the token makes the first account, and is logged in by it.

import { ask, onSend } from "./page.js";
import { t } from "./words.js";

onSend(document.getElementById("first"), async ({ token, name, password, again }, message) => {
  if (password !== again) {
    message.textContent = t("change.differ");
    return;
  }
  await ask("POST", "/setup", { token: token.trim(), name, password });
  // Where superusers need a second factor, the log-in sets it up.
  await ask("POST", "/login", { name, password }).catch(() => {});
  location.assign("/");
});
