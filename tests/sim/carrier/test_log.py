import json

from sim.carrier.log import ASTERISK, AgentLeg, CarrierCall, agent_legs, records


def write(path, *events):
    """(channel, event, at, words) as Asterisk's channel event log has them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as log:
        for channel, event, at, words in events:
            extra = json.dumps({"extra": words}) if words is not None else ""
            row = {"eventtype": event, "eventtime": at, "uniqueid": channel, "eventextra": extra}
            log.write(json.dumps(row) + "\n")


PERSON = (
    ("17.1", "CHAN_START", 100.0, None),
    ("17.1", "BEGINS", 100.0, "person 12025550123 abc@127.0.0.1"),
    ("17.1", "RINGING", 101.0, ""),
    ("17.1", "ANSWER", 106.5, None),
    ("17.1", "GREETED", 107.5, ""),
    ("17.1", "HEARD_AGENT", 108.1, ""),
    ("17.1", "LEAVES", 131.0, "talked"),
    ("17.1", "EARS", 131.0, "0"),
    ("17.1", "HANGUP", 131.0, None),
    ("17.1", "CHAN_END", 131.0, None),
)


def test_a_conversation_becomes_one_record(tmp_path):
    write(tmp_path / "log", *PERSON)
    assert list(records(tmp_path / "log")) == [
        CarrierCall(
            channel="17.1",
            number="12025550123",
            behaviour="person",
            call_id="abc@127.0.0.1",
            started_at=100.0,
            ringing_at=101.0,
            answered_at=106.5,
            greeted_at=107.5,
            heard_agent=True,
            heard_agent_at=108.1,
            ended_at=131.0,
            ended_by="carrier",
            why="talked",
        )
    ]


def test_a_busy_number_says_with_what_it_released(tmp_path):
    write(
        tmp_path / "log",
        ("17.2", "CHAN_START", 100.0, None),
        ("17.2", "BEGINS", 100.0, "busy 12135550123 x"),
        ("17.2", "RELEASES", 100.7, "486 17"),
        ("17.2", "HANGUP", 100.7, None),
        ("17.2", "CHAN_END", 100.7, None),
    )
    (call,) = records(tmp_path / "log")
    assert (call.sip, call.cause, call.ended_by, call.answered_at) == (486, 17, "carrier", None)


def test_who_is_cancelled_was_ended_by_the_dialer_and_who_still_rings_by_nobody(tmp_path):
    begin = [
        line
        for channel, number in (("17.3", "1214"), ("17.4", "1215"))
        for line in (
            (channel, "CHAN_START", 100.0, None),
            (channel, "BEGINS", 100.0, f"no_answer {number} x"),
            (channel, "RINGING", 101.0, ""),
        )
    ]
    end = [("17.3", "HANGUP", 125.0, None), ("17.3", "CHAN_END", 125.0, None)]
    write(tmp_path / "log", *begin, *end)
    assert [(c.number, c.ended_by, c.ended_at) for c in records(tmp_path / "log")] == [
        ("1214", "dialer", 125.0),
        ("1215", "", None),
    ]


def test_a_machine_only_notes_whether_it_heard_an_agent(tmp_path):
    lines = [
        (channel, event, at, words.replace("person", "machine") if words else words)
        for channel, event, at, words in PERSON
        if event != "HEARD_AGENT"
    ]
    lines[-3] = ("17.1", "EARS", 131.0, "3")
    write(tmp_path / "log", *lines)
    (call,) = records(tmp_path / "log")
    assert (call.heard_agent, call.heard_agent_at) == (True, None)


def test_an_agents_leg_lists_when_it_heard_a_customer(tmp_path):
    write(
        tmp_path / "log",
        ("17.5", "CHAN_START", 50.0, None),
        ("17.5", "AGENT", 50.1, "agent4"),
        ("17.5", "ANSWER", 50.2, None),
        ("17.5", "HEARD_PERSON", 108.2, ""),
        ("17.5", "HEARD_PERSON", 109.2, ""),
    )
    assert list(agent_legs(tmp_path / "log")) == [
        AgentLeg(agent="agent4", up_at=50.2, heard_at=(108.2, 109.2), down_at=None)
    ]
    assert list(records(tmp_path / "log")) == []


def test_both_logs_of_a_lab_are_read_and_a_line_half_written_is_left_for_later(tmp_path):
    write(tmp_path / ASTERISK, *PERSON)
    write(
        tmp_path / "responder/carrier.jsonl",
        ("r-1", "CHAN_START", 90.0, None),
        ("r-1", "BEGINS", 90.0, "forked 12025550199 y"),
    )
    with (tmp_path / "responder/carrier.jsonl").open("a") as log:
        log.write('{"eventtype": "ANS')
    assert [call.behaviour for call in records(tmp_path)] == ["forked", "person"]


def test_a_call_that_was_cancelled_before_it_began_is_a_call(tmp_path):
    rows = [
        {"eventtype": event, "eventtime": 100.0, "uniqueid": "17.6", "context": "calls",
         "exten": "+12025550123", "eventextra": ""}
        for event in ("CHAN_START", "HANGUP", "CHAN_END")
    ]  # fmt: skip
    (tmp_path / "log").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (call,) = records(tmp_path / "log")
    assert (call.number, call.behaviour, call.ended_by) == ("12025550123", "", "dialer")


def test_a_lab_that_was_never_up_has_seen_no_call(tmp_path):
    assert list(records(tmp_path)) == []
