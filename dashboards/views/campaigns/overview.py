"""All campaigns, and what is set for each."""

from collections.abc import Mapping

from dashboards.views.campaigns.orders import live_of
from dashboards.views.campaigns.tables import listed, when
from dialer.i18n import Words
from dialer.leads.plan import written
from dialer.leads.rules import Campaign as InForce


def overview(t: Words, known: Mapping[str, InForce]) -> None:
    """Each with its state, and what is set."""
    rows = []
    for name, one in known.items():
        live, opened = live_of(name), one.opened
        state = t.name("campaign_state", live.state) if live else t("campaigns.away")
        rows.append({
            t("campaigns.name"): name, t("campaigns.state"): state,
            t("campaigns.version"): opened.version,
            t("setting.pacing"): t.name("mode", opened.pacing),
            t("setting.abandon_cap"): t.percent(opened.abandon_cap),
            t("setting.lines"): opened.lines, t("setting.pool"): opened.pool,
            t("setting.lists"): "; ".join([*map(written, one.rules.plans)] or one.rules.lists),
            t("setting.trunk"): opened.trunk,
            t("campaigns.by"): opened.user,
            t("campaigns.since"): when(opened.at, opened.zone),
        })  # fmt: skip
    zones = ", ".join(sorted({one.opened.zone for one in known.values()}))
    listed(t, rows, zones)
