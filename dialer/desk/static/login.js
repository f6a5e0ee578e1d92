// Coming in: name and password; and a password of one's own, where somebody else has set it.

import { Problem, ask, head, onSend } from "./page.js";
import { t } from "./words.js";

const forms = { login: document.getElementById("login"), change: document.getElementById("change") };

// Where to go: a page of ours that was asked for, or the house's door.
function onwards() {
  const asked = new URL(new URLSearchParams(location.search).get("to") ?? "/", location.origin);
  location.assign(asked.origin === location.origin ? asked.pathname : "/");
}

function mustChange(name, old = "") {
  forms.login.hidden = true;
  forms.change.hidden = false;
  forms.change.elements.name.value = name;
  forms.change.elements.old.value = old;
  forms.change.elements[old ? "new" : "old"].focus();
}

async function logIn(name, password) {
  const me = await ask("POST", "/login", { name, password });
  Object.assign(head, { user: me.name, csrf: me.csrf });
  return me;
}

// Tells how long there is to wait, second by second.
function refused(problem, message, button) {
  if (problem.status !== 401 && problem.status !== 429) throw problem;
  if (!problem.waitS) {
    message.textContent = t("login.wrong");
    return;
  }
  const until = Date.now() + problem.waitS * 1000;
  const tell = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    message.textContent = left > 0 ? t("login.wait", { seconds: left }) : "";
    button.disabled = left > 0;
    if (left > 0) setTimeout(tell, 500);
  };
  setTimeout(tell);
}

onSend(forms.login, async ({ name, password }, message) => {
  try {
    const me = await logIn(name, password);
    if (me.must_change) mustChange(me.name, password);
    else onwards();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    forms.login.elements.password.value = "";
    forms.login.elements.password.focus();
    refused(problem, message, forms.login.querySelector("button"));
  }
});

onSend(forms.change, async ({ name, old, new: fresh, again }, message) => {
  if (fresh !== again) {
    message.textContent = t("change.differ");
    return;
  }
  try {
    await ask("POST", "/me/password", { old, new: fresh });
    await logIn(name, fresh);
    onwards();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    refused(problem, message, forms.change.querySelector("button"));
  }
});

if (head.mustChange) mustChange(head.user);

const why = new URLSearchParams(location.search).get("why");
if (why === "refused" || why === "failed") {
  forms.login.querySelector("[data-message]").textContent = t(`login.${why}`);
}
