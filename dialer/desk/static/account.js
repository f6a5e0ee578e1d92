// One's own log-in: whether a code is asked for beside the password.

import { ask, onSend } from "./page.js";
import { recovery, setup } from "./factor.js";
import { t } from "./words.js";

const $ = (id) => document.getElementById(id);
const PARTS = ["factor-begin", "factor-confirm", "factor-off", "factor-codes"];
let now;

function only(...ids) {
  for (const id of PARTS) $(id).hidden = !ids.includes(id);
}

function draw() {
  $("factor-state").textContent = t(now.on ? "factor.is_on" : now.needed ? "factor.needed" : "factor.is_off", { left: now.left });
}

async function look() {
  now = await ask("GET", "/me/factor");
  draw();
  only(now.on ? (now.needed ? "" : "factor-off") : "factor-begin");
}

$("factor-begin").addEventListener("click", async () => {
  $("factor-setup").replaceChildren(...setup(await ask("POST", "/me/factor")));
  only("factor-confirm");
  $("factor-confirm").elements.code.focus();
});

onSend($("factor-confirm"), async ({ code }, message) => {
  const { recovery: codes } = await ask("POST", "/me/factor/confirm", { code }).catch((problem) => {
    if (problem.status !== 409) throw problem;
    message.textContent = t("factor.wrong");
    return {};
  });
  if (!codes) return;
  $("factor-confirm").reset();
  $("factor-codes").replaceChildren(...recovery(codes, look));
  only("factor-codes");
});

onSend($("factor-off"), async ({ code }, message) => {
  try {
    await ask("POST", "/me/factor/off", { code });
    $("factor-off").reset();
    await look();
  } catch (problem) {
    if (problem.status !== 401) throw problem;
    message.textContent = t("factor.wrong");
  }
});

document.addEventListener("words", draw);
await look();
