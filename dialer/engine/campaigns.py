"""The campaigns: opened, paused, stopped; their promises, their lines, their books."""

from collections.abc import Callable

from dialer.engine.account import Ledger
from dialer.engine.byhand import ByHand
from dialer.engine.call import Call, is_by_hand, is_inbound
from dialer.engine.calls import Calls
from dialer.engine.commands import Order, Reconcile, Record, Withdraw
from dialer.engine.detection import understood
from dialer.engine.ending import cdr, resolved
from dialer.engine.events import (
    BudgetSet,
    CallerIdRestWanted,
    CampaignOpened,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    DaysSet,
    Event,
    Intended,
    LeadsCounted,
    NumberBlocked,
    Refused,
    TrunkOpened,
    TrunkSeen,
    Withdrawn,
)
from dialer.engine.governor import Governor
from dialer.engine.index import Index
from dialer.engine.outcomes import OUTCOMES, Outcome
from dialer.engine.pacing.facts import Abandoned
from dialer.engine.spending import Spending, release, settle, worst
from dialer.engine.state import Campaign, State, Trunk

AGAIN_S = {"no_leads": 3.0, "hours": 30.0, "dnc": 1.0, "caps": 3.0, "epoch": 60.0, "journal": 2.0,
           "tariff": 30.0, "caller_ids": 30.0}  # fmt: skip
"After a refusal, how long before the journal is asked again."
MOVED = "pool"
"Promised for agents whom the campaign has left: taken back."
DAYS = "days"
"Promised before the house set days otherwise: taken back, and promised anew by what holds now."
FORGETTING = 0.02
"Weight of the newest call in the answer rate."


class Campaigns:
    """Keeps the campaigns' table."""

    def __init__(
        self, state: State, index: Index, order: Order, calls: Calls, governor: Governor,
        by_hand: ByHand,
    ) -> None:  # fmt: skip
        self.state, self.index, self.order = state, index, order
        self.calls, self.governor, self.by_hand = calls, governor, by_hand

    def on(self, event: Event) -> None:
        """A person's order, a journal's answer, a trunk's sign of life."""
        match event:
            case Intended():
                self._intend(event)
            case Withdrawn():
                self._withdraw(event.call)
            case CampaignOpened():
                self._open(event)
            case TrunkOpened():
                trunk = self._trunk(event.trunk)
                trunk.lines, trunk.calls_per_s = event.lines, event.calls_per_s
                trunk.rest_s = event.rest_s
            case CallerIdRestWanted():
                self.governor.rests.on(event)
            case TrunkSeen():
                self._trunk(event.trunk).reachable = event.reachable
            case NumberBlocked():
                self.cancel(
                    lambda c: (
                        c.intent.number_key == event.number_key
                        and event.campaign in ("", c.intent.campaign)
                    ),
                    "dnc",
                    event.at,
                )
            case DaysSet():
                self._promise_anew()
            case _:
                campaign = self.state.campaigns.get(getattr(event, "campaign", ""))
                if campaign is not None:
                    self._steer(campaign, event)

    def _steer(self, campaign: Campaign, event: Event) -> None:
        match event:
            case Refused(agent=agent) if agent:
                if self.by_hand.refused(agent, event.at):
                    self._rest(campaign, event)
            case Refused():
                campaign.claimed = max(0, campaign.claimed - (event.asked - event.given))
                self._rest(campaign, event)
            case LeadsCounted():
                campaign.leads_now, campaign.leads_left = event.now, event.left
            case CampaignPaused():
                campaign.state, campaign.why = "paused", event.why
            case CampaignResumed():
                campaign.state, campaign.why = "dialling", ""
            case BudgetSet():
                self._set_budget(campaign, event)
            case CampaignStopped():
                campaign.state, campaign.why = "stopped", ""
                self.by_hand.let_go(event.campaign, event.at)
                self.cancel(
                    lambda c: c.intent.campaign == event.campaign, "campaign stopped", event.at
                )

    def _rest(self, campaign: Campaign, event: Refused) -> None:
        """The journal has nobody now."""
        campaign.refused = event.why
        # After the clock was put back the journal may answer in our past: it rests all the same.
        at = max(event.at, self.state.at)
        campaign.claim_again_at = at + AGAIN_S.get(event.why, 3.0)
        self.index.wake("l" + event.campaign, campaign.claim_again_at)

    def _open(self, event: CampaignOpened) -> None:
        known = self.state.campaigns.get(event.campaign)
        if known is None:
            known = Campaign(event, Ledger(event.zone), Ledger(event.zone))
            self.state.campaigns[event.campaign] = known
        known.open(event)
        for call in filter(None, map(self.state.calls.get, [*known.queue])):
            if call.intent.pool != event.pool:
                self._give_back(call, MOVED)
        self._trunk(event.trunk)

    def _promise_anew(self) -> None:
        """Whoever waits to be called may be in a place where today is closed now; what rings goes
        on, as when a campaign is paused."""
        for campaign in self.state.campaigns.values():
            campaign.claim_again_at = 0.0
            for call in filter(None, map(self.state.calls.get, [*campaign.queue])):
                self._give_back(call, DAYS)

    @staticmethod
    def _set_budget(campaign: Campaign, event: BudgetSet) -> None:
        """The day's calls so far are counted if they were before."""
        spending, is_new = campaign.spending, campaign.spending.amount is None
        if event.amount is None or is_new or spending.currency != event.currency:
            campaign.spending = spending = Spending()
        spending.amount, spending.currency = event.amount, event.currency
        campaign.claim_again_at = 0.0

    def _trunk(self, name: str) -> Trunk:
        return self.state.trunks.setdefault(name, Trunk())

    # ---- promises ----
    def _intend(self, event: Intended) -> None:
        campaign = self.state.campaigns.get(event.campaign)
        if event.call in self.state.calls:
            return
        if campaign is None:
            self.order(Withdraw(event.call, "unknown campaign"))
            return
        opened = campaign.opened
        hearing = understood(opened.detection)
        self.state.calls[event.call] = call = Call(
            intent=event,
            source=opened.source,
            clock=opened.clock,
            connect_within_s=opened.connect_within_s,
            max_talk_s=opened.max_talk_s,
            connect_first=hearing.connect_first,
            hangs_up_on_silence=hearing.silence == "hang_up",
            after_beep=opened.after_beep,
        )
        if event.agent and self.by_hand.promised(event):
            call.agent = event.agent
        if event.agent and event.epoch == self.state.epoch:
            campaign.by_hand.append(event.call)
            if not call.agent:
                self._give_back(call, "agent")
        elif event.epoch == self.state.epoch:
            campaign.claimed = max(0, campaign.claimed - 1)
            campaign.queue.append(event.call)
            self._price(campaign, call, max(event.at, self.state.at))
            if event.pool != opened.pool and not call.given_back:
                self._give_back(call, MOVED)
        elif self.state.switch_up:
            self.order(Reconcile((event.call,), ()))
        self.calls.settle(call)

    def _price(self, campaign: Campaign, call: Call, at: float) -> None:
        """With a budget, nothing is dialled of which nobody knows the price."""
        spending = campaign.spending
        if spending.amount is None:
            return
        dear = worst(call, spending.currency)
        if dear is None:
            campaign.refused, campaign.claim_again_at = "tariff", at + AGAIN_S["tariff"]
            self.index.wake("l" + campaign.opened.campaign, campaign.claim_again_at)
            self._give_back(call, "tariff")
            return
        spending.begin(campaign.ledger.day_of(at))
        spending.dearest = max(spending.dearest, dear)

    def _withdraw(self, key: str) -> None:
        call = self.state.calls.get(key)
        if call is not None and call.placed_at is None:
            del self.state.calls[key]
            self.index.forget(call)
            self._free_line(call)
            self.governor.untry(call)
            if (campaign := self.state.campaigns.get(call.intent.campaign)) is not None:
                release(campaign.spending, call)
            self.calls.given_back.append(call)

    def cancel(self, chosen: Callable[[Call], bool], why: str, at: float) -> None:
        """End what nobody answered yet; what was never placed is taken back."""
        for call in list(self.state.calls.values()):
            if is_inbound(call) or call.answered_at is not None or not chosen(call):
                continue
            if call.ordered_at is None and call.intent.epoch == self.state.epoch:
                self._give_back(call, why)
            else:
                self.calls.hang_up(call, at, why)

    def _give_back(self, call: Call, why: str) -> None:
        self._unqueue(call)
        call.given_back = True
        self.order(Withdraw(call.intent.call, why))

    # ---- ends ----
    def close(self, call: Call, at: float) -> None:
        """The call is over: its record is written, its line is free, its result is in the books."""
        record = cdr(call)
        self.order(Record(record))
        self._free_line(call)
        if is_inbound(call):
            return  # no attempt of ours, and nobody whom we abandoned
        campaign = self.state.campaigns[call.intent.campaign]
        placed_at = call.intent.at if call.ordered_at is None else call.ordered_at
        settle(campaign.spending, call, campaign.ledger.day_of(placed_at))
        kind = record.outcome
        flags = OUTCOMES[kind]
        campaign.placed += call.placed_at is not None
        campaign.answered += flags.answered
        campaign.connected += flags.connected
        campaign.outcomes[kind] = campaign.outcomes.get(kind, 0) + 1
        counts = not is_by_hand(call) or flags.abandoned  # the caps are about what a pacer does
        ledger, ended_at = campaign.books(call.source).ledger, min(at, record.ended_at)
        ledger.count(at=ended_at, person=flags.person and counts, abandoned=flags.abandoned)
        if not is_by_hand(call):
            self.calls.hearing.detection.book(campaign, call, ended_at)
            self._tell(call, flags, at)
        if flags.attempt and not is_by_hand(call):
            campaign.answer_rate += FORGETTING * (flags.person - campaign.answer_rate)
        self.governor.book(call.intent.trunk, call.intent.call, kind, at)
        self.governor.rests.book(record)

    def _tell(self, call: Call, flags: Outcome, at: float) -> None:
        """What the pacers have not heard while it lasted."""
        name, news = call.intent.campaign, self.index.news
        if flags.attempt and call.waiting_at is None and call.beep_awaited_at is None:
            news.append((call.intent.pool, resolved(call, at, person=flags.person)))
        if flags.abandoned and call.message_at is None:
            news.append((call.intent.pool, Abandoned(at=at, campaign=name)))

    def _free_line(self, call: Call) -> None:
        self.governor.free_line(call)
        self._unqueue(call)

    def _unqueue(self, call: Call) -> None:
        campaign = self.state.campaigns.get(call.intent.campaign)
        if campaign is None:
            return
        for queue in (campaign.queue, campaign.by_hand):
            if call.intent.call in queue:
                queue.remove(call.intent.call)
