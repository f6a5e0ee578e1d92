"""What a table says of itself once it is a file: whose figures, over what, by which clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dashboards.files import About
from dialer.i18n import Words


@dataclass(frozen=True, slots=True)
class Origin:
    """Where figures come from."""

    source: str
    "live, lab or sim."
    campaigns: Sequence[str]
    period: str
    "In words."
    zone: str
    taken_at: datetime
    since: datetime | None = None
    "None: from the first there is; with no `until` either, the figures have no period."
    until: datetime | None = None
    only: Mapping[str, str] = field(default_factory=dict)
    "Filters: what a column is called -> the one that was chosen."

    def about(self, t: Words, columns: Mapping[str, str] = {}, sql: str = "") -> About:
        """The same in words; `columns`: head -> of what it is; `sql`: of one's own question."""
        facts = {
            "source": t(f"source.{self.source}"),
            "campaign": ", ".join(self.campaigns),
            "only": ", ".join(f"{name}: {one}" for name, one in self.only.items()) or t("file.all"),
            "period": self.period,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "zone": self.zone,
            "taken_at": self.taken_at.isoformat(timespec="minutes"),
        }
        if sql:
            facts["sql"] = sql
        return About(
            t("file.about"), {t(f"file.{name}"): said for name, said in facts.items()}, columns
        )

    @property
    def days(self) -> str:
        """The period, as it may stand in a file's name.

        >>> from datetime import UTC
        >>> first, end = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)
        >>> Origin("lab", ["spring"], "Dates", "Asia/Shanghai", end, first, end).days
        '2026-11-23-2026-11-24-Asia-Shanghai'
        """
        last = self.until - timedelta(seconds=1) if self.until else self.taken_at
        ends = [f"{one:%Y-%m-%d}" for one in (self.since, last) if one]
        return "-".join([*dict.fromkeys(ends), self.zone.replace("/", "-")])
