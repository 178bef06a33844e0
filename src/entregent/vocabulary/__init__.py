"""The words everything else is written in: activities, accounts, series, money, times and ids.

Pure: this package imports nothing of ours, reads no clock and touches no file.
"""

from entregent.vocabulary.account import ACCOUNT_TYPES, Account
from entregent.vocabulary.activity import PUBLIC, Activity, visibility_of
from entregent.vocabulary.errors import VocabularyError
from entregent.vocabulary.ids import key64, keyed64, native_id, relation_id, row_id
from entregent.vocabulary.money import Money
from entregent.vocabulary.objects import Attachment, Object, Tag
from entregent.vocabulary.series import Point
from entregent.vocabulary.times import format_time, parse_time
from entregent.vocabulary.window import Window

__all__ = [
    "ACCOUNT_TYPES",
    "PUBLIC",
    "Account",
    "Activity",
    "Attachment",
    "Money",
    "Object",
    "Point",
    "Tag",
    "VocabularyError",
    "Window",
    "format_time",
    "key64",
    "keyed64",
    "native_id",
    "parse_time",
    "relation_id",
    "row_id",
    "visibility_of",
]
