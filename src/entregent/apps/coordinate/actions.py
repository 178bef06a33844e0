"""Every write of coordinating: one transaction, a member who acts, an audit row.

Refusals are `CoordinateRefused(code)`; what the memory check found is `MemoryStops(findings)`; what
is not there or may not be seen is `NotFound`; what may be seen and not done, `PermissionDenied`.
"""

from entregent.apps.coordinate.actions_asks import (
    answer_ask,
    ask_function,
    remind_ask,
    use_answer,
    withdraw_ask,
)
from entregent.apps.coordinate.actions_core import CoordinateRefused, MemoryStops
from entregent.apps.coordinate.actions_crisis import (
    Told,
    add_crisis_entry,
    close_crisis,
    decide,
    open_crisis,
    record_change,
    tell_asked,
)
from entregent.apps.coordinate.actions_drafts import change_side, save_draft, use_line
from entregent.apps.coordinate.actions_reply import (
    NewPromise,
    approve_draft,
    ask_approval,
    refuse_draft,
    send_reply,
    take_back,
)
from entregent.apps.coordinate.actions_talk import (
    add_note,
    assign,
    close,
    hand_over,
    leave,
    reopen,
)
from entregent.apps.coordinate.receiving import route

__all__ = [
    "CoordinateRefused",
    "MemoryStops",
    "NewPromise",
    "Told",
    "add_crisis_entry",
    "add_note",
    "answer_ask",
    "approve_draft",
    "ask_approval",
    "ask_function",
    "assign",
    "change_side",
    "close",
    "close_crisis",
    "decide",
    "hand_over",
    "leave",
    "open_crisis",
    "record_change",
    "refuse_draft",
    "remind_ask",
    "reopen",
    "route",
    "save_draft",
    "send_reply",
    "take_back",
    "tell_asked",
    "use_answer",
    "use_line",
    "withdraw_ask",
]
