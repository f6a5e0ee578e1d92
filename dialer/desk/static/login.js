// Coming in: name and password, a code where that is asked for; and a password of one's own, where somebody else has set it.

import { Problem, ask, head, onSend } from "./page.js";
import { recovery, setup } from "./factor.js";
import { t } from "./words.js";

const $ = (id) => document.getElementById(id);
const forms = { login: $("login"), second: $("second"), change: $("change") };
let typed = {}; // what a code is asked for

// Where to go: a page of ours that was asked for, or the house's door.
function onwards() {
  const asked = new URL(new URLSearchParams(location.search).get("to") ?? "/", location.origin);
  location.assign(asked.origin === location.origin ? asked.pathname : "/");
}

function only(form) {
  for (const one of Object.values(forms)) one.hidden = one !== form;
}

function mustChange(name, old = "") {
  only(forms.change);
  forms.change.elements.name.value = name;
  forms.change.elements.old.value = old;
  forms.change.elements[old ? "new" : "old"].focus();
}

// Log in, and go on to whatever that takes.
async function come(name, password, code) {
  let me;
  try {
    me = await ask("POST", "/login", code ? { name, password, code } : { name, password });
  } catch (problem) {
    if (!["code", "setup"].includes(problem.reason)) throw problem;
    return wantsCode({ name, password }, problem.told.setup, Boolean(code));
  }
  Object.assign(head, { user: me.name, csrf: me.csrf });
  const then = () => (me.must_change ? mustChange(me.name, password) : onwards());
  if (!me.recovery.length) return then();
  only(null);
  $("codes").hidden = false;
  $("codes").replaceChildren(...recovery(me.recovery, () => {
    $("codes").hidden = true;
    then();
  }));
}

function wantsCode(given, fresh, wasWrong) {
  typed = given;
  only(forms.second);
  if (fresh) {
    $("second-setup").hidden = false;
    $("second-help").hidden = true;
    $("second-setup").replaceChildren(...setup(fresh));
  }
  forms.second.elements.code.value = "";
  forms.second.elements.code.focus();
  forms.second.querySelector("[data-message]").textContent = wasWrong ? t("factor.wrong") : "";
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
    await come(name, password);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    forms.login.elements.password.value = "";
    forms.login.elements.password.focus();
    refused(problem, message, forms.login.querySelector("button"));
  }
});

onSend(forms.second, async ({ code }, message) => {
  try {
    await come(typed.name, typed.password, code);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    refused(problem, message, forms.second.querySelector("button"));
  }
});

onSend(forms.change, async ({ name, old, new: fresh, again }, message) => {
  if (fresh !== again) {
    message.textContent = t("change.differ");
    return;
  }
  try {
    await ask("POST", "/me/password", { old, new: fresh });
    await come(name, fresh);
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
