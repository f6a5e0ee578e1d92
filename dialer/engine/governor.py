"""When a promised call may leave: evenly paced, and only while everything it needs is there.

Any input that is missing means no call. Each trunk has a breaker that counts the carrier's own
failures, never what a called person did.
"""

from dialer.engine.call import Call, is_inbound
from dialer.engine.commands import Order, Originate, Withdraw
from dialer.engine.deadlines import RING_GRACE_S
from dialer.engine.index import Index
from dialer.engine.outcomes import OUTCOMES
from dialer.engine.put_right import is_wrong
from dialer.engine.rests import Rests
from dialer.engine.spending import hold, worst
from dialer.engine.state import Campaign, State, Trunk

WINDOW = 50
"Results that the breaker looks at."
FAILED_RATE = 0.3
FAILED_IN_A_ROW = 10
LATE, LATE_S = "hours", 2.0
"""Why a promise that comes too late is taken back, and how long before the journal is asked again:
the next one would hardly come sooner."""
COOL_S = 5.0
"An open breaker lets one call through this often."


class Governor:
    """Turns intents into calls, one by one."""

    def __init__(self, state: State, index: Index, order: Order) -> None:
        self.state, self.index, self.order = state, index, order
        self.rests = Rests(state, index, order)

    def barred(self, campaign: Campaign, supply: int, at: float) -> str:
        """Why nothing of this campaign may be placed now; empty when it may."""
        state = self.state
        if state.replaced:
            return "replaced"
        if not state.switch_up:
            return "switch"
        if not state.reconciled:
            return "starting"
        if is_wrong(state):
            return "clock"
        if campaign.state != "dialling":
            return campaign.state
        if not supply:
            return "no_agents"
        if campaign.opened.recording == "must" and not state.recording_room:
            return "recording"
        if not self.rests.part_awake(campaign):
            return "caller_ids"
        if campaign.spending.amount is not None and not self._bears_another(campaign, at):
            return "budget"
        return self._trunk_barred(campaign.opened.trunk, at)

    def _bears_another(self, campaign: Campaign, at: float) -> bool:
        """With a budget: whether one more call fits in the day's."""
        spending = campaign.spending
        spending.begin(campaign.ledger.day_of(at))
        self.index.wake(f"l{campaign.opened.campaign} day", campaign.ledger.day_ends_at)
        return spending.calls_left() >= 1

    def barred_by_hand(self, campaign: Campaign, at: float) -> str:
        """The same for a call that an agent makes: a campaign that rests may be called for."""
        state = self.state
        if state.replaced or not state.switch_up or not state.reconciled:
            return "replaced" if state.replaced else "starting" if state.switch_up else "switch"
        if campaign.state == "stopped":
            return "stopped"
        if is_wrong(state):
            return "clock"
        return self._trunk_barred(campaign.opened.trunk, at)

    def barred_outside(self, name: str, at: float) -> str:
        """The same for a party outside, to whom a customer is handed over by this trunk."""
        state = self.state
        if state.replaced or not state.switch_up or not state.reconciled:
            return "replaced" if state.replaced else "starting" if state.switch_up else "switch"
        trunk = self._trunk(name)
        if trunk.lines is not None and trunk.lines_used >= trunk.lines:
            return "lines"
        return self._trunk_barred(name, at)

    def _trunk_barred(self, name: str, at: float) -> str:
        trunk = self.state.trunks.get(name)
        if trunk is None:
            return ""
        if not trunk.reachable:
            return "trunk"
        is_closed = not trunk.open_until
        return "" if is_closed or (not trunk.trying and at >= trunk.open_until) else "breaker"

    def launch(self, campaign: Campaign, supply: int, at: float) -> int:
        """Place what is due, take back what may not be placed any more; how many were placed.

        Calls by hand go first: an agent sits and waits for them.
        """
        placed, opened = 0, campaign.opened
        while queue := campaign.by_hand or campaign.queue:
            call = self.state.calls.get(queue[0])
            if call is None:
                queue.pop(0)
                continue
            is_by_hand = queue is campaign.by_hand
            why = (
                self.barred_by_hand(campaign, at)
                if is_by_hand
                else self.barred(campaign, supply, at)
            )
            if why := why or self._unfit(campaign, call, at):
                call.given_back = True
                self.order(Withdraw(queue.pop(0), why))
                if why == LATE:
                    self._pause(campaign, why, at)
                continue
            trunk = self._trunk(call.intent.trunk)
            if (free_at := max(campaign.next_launch_at, trunk.next_launch_at)) > at:
                self.index.wake("l" + opened.campaign, free_at)
                break
            if trunk.lines is not None and trunk.lines_used >= trunk.lines:
                break  # whoever hangs up wakes us
            part = self.rests.part_awake(campaign)
            if (is_by_hand or part < 1) and campaign.lines_used >= part * opened.lines:
                break
            queue.pop(0)
            campaign.next_launch_at = _next(campaign.next_launch_at, part * opened.calls_per_s, at)
            trunk.next_launch_at = _next(trunk.next_launch_at, trunk.calls_per_s, at)
            self._place(campaign, trunk, call, at)
            placed += 1
        return placed

    def _unfit(self, campaign: Campaign, call: Call, at: float) -> str:
        """Why this very call may not be placed; empty when it may."""
        spending = campaign.spending
        if spending.amount is not None:
            spending.begin(campaign.ledger.day_of(at))
            dear = worst(call, spending.currency)
            if dear is None:
                return "tariff"
            if not spending.bears(dear):
                return "budget"
        if self.rests.is_resting(call.intent.caller_id):
            return "caller_ids"
        return LATE if at > call.intent.not_after else ""

    def _pause(self, campaign: Campaign, why: str, at: float) -> None:
        """What is promised comes too late, and so would the next, asked for at once."""
        campaign.refused, campaign.claim_again_at = why, at + LATE_S
        self.index.wake("l" + campaign.opened.campaign, campaign.claim_again_at)

    def _place(self, campaign: Campaign, trunk: Trunk, call: Call, at: float) -> None:
        self.take_line(call, at)
        key, opened = call.intent.call, campaign.opened
        self.order(
            Originate(
                call=key,
                trunk=call.intent.trunk,
                caller_id=call.intent.caller_id,
                ring_timeout_s=call.intent.ring_timeout_s,
                not_after=call.intent.not_after,
                max_talk_s=opened.max_talk_s,
                country=opened.country,
                detection=opened.detection,
                message=opened.message,
                record=self._is_recorded(campaign, call),
                agent=call.intent.agent,
            )
        )
        self.index.file(call)
        self.index.wake("c" + key, at + call.intent.ring_timeout_s + RING_GRACE_S)
        if trunk.open_until:
            trunk.trying = key

    def _is_recorded(self, campaign: Campaign, call: Call) -> bool:
        """Whether the call shall be recorded; that it could not be is not forgotten."""
        if campaign.opened.recording != "off":
            call.recording = "on" if self.state.recording_room else "no room"
        return call.recording == "on"

    def lines_left(self, campaign: Campaign) -> int | None:
        """What the campaign's trunk can still carry, promises of all its campaigns counted."""
        name = campaign.opened.trunk
        trunk = self._trunk(name)
        if trunk.lines is None:
            return None
        sharing = (c for c in self.state.campaigns.values() if c.opened.trunk == name)
        used = sum(c.lines_used + c.claimed + len(c.queue) + len(c.by_hand) for c in sharing)
        return trunk.lines - trunk.callers - used

    def take_line(self, call: Call, at: float) -> None:
        """The call was ordered: it holds a line of its campaign's and of its trunk's."""
        call.ordered_at = at
        campaign = self.state.campaigns[call.intent.campaign]
        campaign.lines_used += 1
        hold(campaign.spending, call)
        self._trunk(call.intent.trunk).lines_used += 1

    def let_in(self, call: Call) -> None:
        """Somebody called us: a line of the trunk's is taken, none of a campaign's."""
        trunk = self._trunk(call.intent.trunk)
        trunk.lines_used += 1
        trunk.callers += 1

    def let_out(self, name: str) -> None:
        """A party outside is called: a line of the trunk's is taken, none of a campaign's."""
        trunk = self._trunk(name)
        trunk.lines_used, trunk.callers = trunk.lines_used + 1, trunk.callers + 1

    def let_back(self, name: str) -> None:
        """And is free again."""
        trunk = self._trunk(name)
        trunk.lines_used, trunk.callers = trunk.lines_used - 1, trunk.callers - 1

    def free_line(self, call: Call) -> None:
        """The call holds no line any more."""
        if is_inbound(call):
            trunk = self._trunk(call.intent.trunk)
            trunk.lines_used, trunk.callers = trunk.lines_used - 1, trunk.callers - 1
        elif call.ordered_at is not None:
            campaign = self.state.campaigns[call.intent.campaign]
            for holder in (campaign, self._trunk(call.intent.trunk)):
                holder.lines_used = max(0, holder.lines_used - 1)

    def _trunk(self, name: str) -> Trunk:
        known = self.state.trunks.get(name)
        if known is None:
            known = self.state.trunks[name] = Trunk()
        return known

    # ---- the breaker ----
    def untry(self, call: Call) -> None:
        """It was never placed: an open breaker lets another one through in its place."""
        trunk = self._trunk(call.intent.trunk)
        if trunk.trying == call.intent.call:
            trunk.trying = ""

    def book(self, name: str, call: str, outcome: str, at: float) -> None:
        """What came of a call on this trunk."""
        trunk = self._trunk(name)
        kind = OUTCOMES[outcome]
        failed = kind.carrier
        if kind.ours and not failed:
            if trunk.trying == call:
                trunk.trying = ""
            return
        trunk.recent = [*trunk.recent[-WINDOW + 1 :], failed]
        if trunk.trying == call:
            trunk.trying = ""
            trunk.open_until = at + COOL_S if failed else 0.0
            trunk.recent = [] if not failed else trunk.recent
        elif not trunk.open_until and _is_sick(trunk.recent):
            trunk.open_until = at + COOL_S


def _next(last: float, calls_per_s: float | None, at: float) -> float:
    """When the next call may leave: late by a tenth of a second it catches up, not by more.

    >>> _next(10.0, 4.0, at=10.05), _next(10.0, 4.0, at=60.0), _next(10.0, None, at=60.0)
    (10.25, 60.15, 0.0)
    """
    return max(last, at - 0.1) + 1.0 / calls_per_s if calls_per_s else 0.0


def _is_sick(recent: list[bool]) -> bool:
    """Whether the carrier's failures open the breaker.

    >>> _is_sick([False] * 40 + [True] * 10), _is_sick([True] * 9)
    (True, False)
    """
    if len(recent) >= FAILED_IN_A_ROW and all(recent[-FAILED_IN_A_ROW:]):
        return True
    return len(recent) >= WINDOW and recent.count(True) >= FAILED_RATE * len(recent)
