// Earlier calls rated again: first what would differ, then, if that is right, it is kept.

import { ask, el, onSend, say } from "../page.js";
import { number, sums } from "./shown.js";
import { t } from "../words.js";

const $ = (id) => document.getElementById(id);
const LOOK_AGAIN_MS = 400;
let wish = null;
let seen = null;
let busy = false;

export function beginAgain(mayEdit) {
  if (!mayEdit) return;
  $("again").hidden = false;
  onSend($("again-form"), ({ trunk, since, until }) => looked({ trunk, since, until }));
  document.addEventListener("words", draw);
}

export function offerAgain(trunk) {
  $("again-form").elements.trunk.value = trunk;
  $("again").scrollIntoView({ block: "nearest" });
  $("again-form").elements.since.focus();
}

const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

async function looked(asked) {
  wish = { ...asked, zone: zone() };
  await followed("/api/v1/ratings/preview");
}

async function followed(path) {
  busy = true;
  try {
    seen = await ask("POST", path, wish);
    while (seen.ended_at === null) {
      draw();
      await new Promise((done) => setTimeout(done, LOOK_AGAIN_MS));
      const begun = seen.began_at;
      seen = (await ask("GET", "/api/v1/ratings")).find((one) => one.began_at === begun) ?? { ...seen, ended_at: begun };
    }
  } finally {
    busy = false;
    draw();
  }
}

function draw() {
  if (!seen) return;
  const values = { calls: number(seen.calls), changed: number(seen.changed), before: sums(seen.before), after: sums(seen.after) };
  if (busy) {
    $("again-said").replaceChildren(el("progress", { max: 1, value: seen.done_rate, "aria-label": t("tariffs.again") }));
    return;
  }
  const key = !seen.changed ? "again_same" : seen.kept ? "again_kept" : "again_differs";
  const keep = el("button", { class: "go" }, t("tariffs.again_keep"));
  keep.addEventListener("click", async () => {
    keep.disabled = true;
    const message = $("again-form").querySelector("[data-message]");
    await followed("/api/v1/ratings").catch((problem) => { message.textContent = problem.text; });
    if (seen.kept) say(t("tariffs.again_done"), "go");
  });
  $("again-said").replaceChildren(
    el("p", { class: seen.why ? "notice warm" : "notice" }, t(`tariffs.${key}`, values), seen.why && ` ${seen.why}`),
    ...(seen.changed && !seen.kept ? [el("div", { class: "buttons" }, keep)] : []),
  );
}
