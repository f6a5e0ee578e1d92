"""What the carriers deliver: by trunk, by prefix, and by what cause calls end."""

from dashboards import pictures
from dashboards.parts import Part, Report

REPORT = Report("trunks", (
    Part("trunks", "trunks", {
        "trunk": ("trunk", "text"), "placed": ("placed", "count"),
        "answered": ("answered", "count"),
        "asr_rate": ("asr", "rate"), "ner_rate": ("ner", "rate"), "acd_s": ("acd", "seconds"),
        "post_dial_delay_p50_s": ("pdd", "seconds"), "short": ("short", "count"),
        "short_rate": ("short_rate", "rate"), "false_answers": ("false_answers", "count"),
        "false_answer_rate": ("false_answer_rate", "rate"),
    }, drill={"trunk": "trunk"}, wide=True, height=180),
    Part("prefixes", "prefixes", {
        "trunk": ("trunk", "text"), "region": ("region", "text"), "prefix": ("prefix", "text"),
        "placed": ("placed", "count"), "answered": ("answered", "count"),
        "asr_rate": ("asr", "rate"), "ner_rate": ("ner", "rate"), "acd_s": ("acd", "seconds"),
        "post_dial_delay_mean_s": ("pdd_mean", "seconds"), "short_rate": ("short_rate", "rate"),
        "false_answer_rate": ("false_answer_rate", "rate"), "calls_amount": ("amount", "price"),
        "currency": ("currency", "text"),
    }, drill={"trunk": "trunk", "region": "region"}, wide=True),
    Part("causes", "causes", {
        "trunk": ("trunk", "text"), "cause": ("q850", "code"), "sip": ("sip", "code"),
        "outcome": ("outcome", "word outcome"), "calls": ("calls", "count"),
        "placed": ("of_placed", "count"), "share_rate": ("share", "rate"),
    }, draw=pictures.causes, drill={"trunk": "trunk", "cause": "cause", "outcome": "outcome"},
       wide=True),
))  # fmt: skip


def page() -> None:
    """The page."""
    REPORT.page()
