"""What the columns of the roll-ups mean, said once: most of them stand in several tables."""

from collections.abc import Iterator, Sequence

TABLES = {
    "calls": "Calls by campaign, list, trunk, outcome and cause, in quarters of an hour.",
    "costs": "Calls that were placed and what they cost, by list, trunk, region and prefix.",
    "spent": "The same costs without region and prefix: what most questions about money ask.",
    "words": "Calls that were answered: as what they were heard, what the first agent recorded.",
    "legs": "Agents' parts in calls, and parts that they handed over to a party outside.",
    "numbers": "Line time by the caller id that was shown.",
    "durations": "Delays of which percentiles are told, in steps of 1 %.",
    "met": "Calls that an agent got: whether it was a machine, and how long a person had waited.",
    "times": "Agents' time by state.",
    "lines": "The most lines in use at once, minute by minute, until fresh_at().",
    "repeats": "The most calls to one number, day by day, until fresh_at().",
    "contacts": "Leads of whom a person answered.",
}
COLUMNS = {
    "source": "live, lab or sim.",
    "direction": "out: we called. in: the person called us.",
    "campaign": "The campaign; in roll_lines empty for the trunk as a whole.",
    "version": "Version of the campaign's rules.",
    "pool": "The pool of agents.",
    "list": "The list the lead came from.",
    "lead": "The lead.",
    "trunk": "The trunk.",
    "region": "Region of the number.",
    "outcome": "What came of the calls.",
    "cause": "Q.850 cause of the end.",
    "sip": "SIP status of the end.",
    "placed": "The switch took the order; in roll_lines: calls placed in the minute.",
    "by_hand": "An agent made the call, by hand or as a callback.",
    "rang": "It rang, or something was heard before the answer.",
    "slot": "The quarter of an hour since 1970, in UTC: slot_at(slot) is its begin.",
    "calls": "How many calls.",
    "line_us": "Microseconds from placed to the end.",
    "talk_us": "Microseconds from the bridge to the end, of calls that were connected.",
    "billed_us": "Microseconds from the answer to the end.",
    "short": "Answered, and over within 6 seconds.",
    "false_answers": "Suspected false answers.",
    "messages": "Abandoned without an agent who heard the message.",
    "messages_in_time": "Those who heard it in time.",
    "given_up": "It rang, and the dialer gave up.",
    "short_rings": "Those that rang for less than 15 seconds.",
    "let_alone": "Those that the dialer gave up because no agent was free.",
    "last_seq": "The last fact that is in the row.",
    "prefix": "The rate's prefix, also of calls that nobody answered.",
    "currency": "ISO 4217.",
    "unrated": "Without a price.",
    "sold": "An agent recorded a sale.",
    "charged_s": "Seconds that are charged for.",
    "amount": "What they cost, as rated last.",
    "delay_us": "Microseconds from placed to the first ringing or progress.",
    "delays": "Calls that had such a delay.",
    "verdict": "As what the listener heard them; in roll_durations only for the measure verdict.",
    "agent": "The agent: of roll_words the first of the call.",
    "disposition": "What was recorded last; empty: nothing.",
    "outside": "Parts of a party outside, which the agent handed over.",
    "caller_id": "The caller id that was shown.",
    "measure": "post_dial, verdict, verdict_to_agent or answer_to_agent.",
    "machine": "Recorded as a machine by the agent, or else heard as one.",
    "step": "step_s(step) is the duration, to 0.5 %; in roll_met of people who heard the agent.",
    "state": "State of the agent.",
    "reason": "Reason of the pause.",
    "in_state_us": "Microseconds of the quarter in that state.",
    "begun": "Intervals that began in it.",
    "minute_at": "Begin of the minute.",
    "most_lines": "Lines in use at once, at most.",
    "refused": "Calls that the carrier refused.",
    "zone": "The campaign's time zone.",
    "day": "Day in that zone.",
    "most_a_day": "The most calls to one number.",
}


def comments(columns: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A COMMENT for each roll-up and each of its columns: pairs of a table and a column."""
    for table in dict.fromkeys(table for table, _ in columns):
        yield _said("TABLE", table, TABLES[table.removeprefix("roll_")])
    for table, column in columns:
        yield _said("COLUMN", f"{table}.{column}", COLUMNS[column])


def _said(kind: str, name: str, text: str) -> str:
    quoted = text.replace("'", "''")
    return f"COMMENT ON {kind} {name} IS '{quoted}';"
