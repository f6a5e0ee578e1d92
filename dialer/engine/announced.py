"""What a recording that is known says, and what that makes of the call, as two tables: a network's
announcement before the answer, and whose machine it is after it.

>>> ends("powered_off"), ends("please_hold"), ends("unknown"), ends("menu")
('powered_off', '', '', '')
"""

from collections.abc import Mapping
from typing import Literal

ANNOUNCED: Mapping[str, str] = {
    "vacant": "vacant",  # 空号
    "number_changed": "vacant",  # 改号
    "misdialled": "misdialled",
    "no_service": "no_service",  # 暂停服务
    "suspended": "suspended",  # 停机
    "in_arrears": "suspended",  # 欠费
    "barred": "barred",  # 呼入限制
    "powered_off": "powered_off",  # 关机
    "unreachable": "unreachable",  # 无法接通
    "busy": "busy",  # 正在通话
    "no_answer": "no_answer",  # 无人接听
    "try_later": "no_answer",  # 稍后再拨
    "congestion": "congestion",  # 网络忙
    "forwarded": "",  # 呼叫转移
    "call_waiting": "",  # 呼叫等待
    "reminder": "",  # 来电提醒
    "please_hold": "",  # 请稍候
}
"""Kind -> the outcome of a call that it ends; empty: the line goes on to ring and the call is kept.
A kind that is not here is unknown, and never ends a call."""

ANSWERED: Mapping[str, Literal["ivr", "machine"]] = {
    "menu": "ivr",  # 语音菜单
    "mailbox": "machine",  # 语音信箱
}
"""Kind -> the verdict that it gives a call that was answered. Before the answer it ends nothing: a
mailbox may be heard before its network says that it has answered."""

RECORDED: Mapping[str, str] = {verdict: kind for kind, verdict in ANSWERED.items()}
"Who it was -> what his recording is enrolled as."

KINDS = (*ANNOUNCED, *ANSWERED)
"All that a recording may be enrolled as."

TERMINAL = frozenset(kind for kind, outcome in ANNOUNCED.items() if outcome)


def ends(kind: str) -> str:
    """The outcome that this kind gives a call; empty: it ends none."""
    return ANNOUNCED.get(kind, "")
