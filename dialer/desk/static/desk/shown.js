// Whom the agent looks at before calling: call, or somebody else first.

let wired = false;

export function drawShown(desk) {
  wire(desk);
  const { $, me } = desk;
  $("shown").hidden = me.state !== "PREVIEW" || !me.lead;
}

const given = (name) => (desk) => !desk.$("shown").hidden && desk.order(name, { lead: desk.me.lead });

export const shown = { call: given("call_shown"), skip: given("skip") };

function wire(desk) {
  if (wired) return;
  wired = true;
  desk.$("call-shown").addEventListener("click", () => shown.call(desk));
  desk.$("skip").addEventListener("click", () => shown.skip(desk));
}
