"""Coordinating's part of forgetting: their conversations go, and other people's words stay.

A conversation of somebody who is forgotten goes with all that was written about it: messages,
notes, asks, drafts. Where others spoke in it too, it stays with their words alone, and belongs to
the first of them.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.expressions import Value
from django.db.models.functions import Left, StrIndex

from entregent.apps.coordinate.models import (
    ApprovedLine,
    Ask,
    AskedFor,
    Change,
    Conversation,
    Crisis,
    CrisisEntry,
    Decision,
    Draft,
    Message,
    Note,
)
from entregent.apps.coordinate.receiving import thread_of
from entregent.apps.listen.forgetting import Leaving, tokens_of
from entregent.apps.organisation.forgetting import (
    SOME,
    Mask,
    mask_texts,
    plain_rows,
    without_brackets,
)
from entregent.apps.remember.queries import account_uris
from entregent.lake import keys
from entregent.lake.forgotten import opaque

AT_ONCE = 50
"""Conversations in one transaction: it stays well under a tenth of a second."""


def forget_account(leaving: Leaving) -> dict[str, int]:
    """Remove somebody's conversations and messages; returns the rows by table."""
    counts: dict[str, int] = {}
    accounts = leaving.account_ids
    theirs = list(
        Conversation.objects.filter(account__in=accounts)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(theirs), AT_ONCE):
        with transaction.atomic():
            for pk in theirs[start : start + AT_ONCE]:
                _add(counts, _end(pk, accounts))
    while True:
        some = list(
            Message.objects.filter(account__in=accounts).values_list("pk", flat=True)[:SOME]
        )
        if not some:
            break
        with transaction.atomic():
            _add(counts, Message.objects.filter(pk__in=some).delete()[1])
    with transaction.atomic():
        _add(counts, AskedFor.objects.filter(account__in=accounts).delete()[1])
    counts["coordinate_thread"] = _rename_threads(leaving.known.objects)
    return counts


def forget_texts(object_ids: Sequence[str]) -> int:
    """Remove messages by the addresses of their texts; a conversation without any goes too."""
    gone = 0
    for start in range(0, len(object_ids), SOME):
        with transaction.atomic():
            rows = Message.objects.filter(object_id__in=object_ids[start : start + SOME])
            talks = set(rows.values_list("conversation_id", flat=True))
            gone += rows.delete()[0]
            left = Conversation.objects.filter(pk__in=talks, messages=None)
            Ask.objects.filter(conversation__in=left).delete()
            left.delete()
    return gone


def withdraw_objects(object_keys: Collection[int]) -> int:
    """Empty messages by the keys of their texts, as if they had been withdrawn."""
    rows = Message.objects.exclude(text="").values_list("pk", "object_id").iterator()
    theirs = [pk for pk, uri in rows if keys.object_key(uri) in object_keys]
    for start in range(0, len(theirs), SOME):
        with transaction.atomic():
            Message.objects.filter(pk__in=theirs[start : start + SOME]).update(
                text="", language="", labels={"withdrawn": True}
            )
    return len(theirs)


def mask_account(mask: Mask) -> int:
    """Mask what messages, notes, asks, drafts and records of crises say of somebody."""
    return sum(
        (
            mask_texts(Message, ["text"], mask, language="language"),
            mask_texts(Message, ["labels", "object_id"], mask),
            mask_texts(Conversation, ["thread", "reason"], mask),
            mask_texts(Note, ["text"], mask),
            mask_texts(Ask, ["question", "answer"], mask),
            mask_texts(Draft, ["text"], mask, language="language"),
            mask_texts(Draft, ["because", "refusal", "warnings"], mask),
            mask_texts(ApprovedLine, ["text_fr", "text_en"], mask),
            mask_texts(Crisis, ["name"], mask),
            mask_texts(Crisis, ["query"], mask, finish=without_brackets),
            mask_texts(CrisisEntry, ["text_fr", "text_en"], mask),
            mask_texts(Decision, ["question_fr", "question_en", "options"], mask),
            mask_texts(Decision, ["query"], mask, finish=without_brackets),
            mask_texts(Change, ["what_fr", "what_en"], mask),
        )
    )


def _end(pk: int, accounts: Sequence[int]) -> dict[str, int]:
    """End one conversation of theirs; it stays, for others, if others spoke in it."""
    conversation = Conversation.objects.get(pk=pk)
    others = (
        Message.objects.filter(conversation=conversation, is_ours=False)
        .exclude(account__in=accounts)
        .order_by("at", "pk")
    )
    first = others.first()
    if first is None:
        return dict(conversation.delete()[1])
    counts: dict[str, int] = {}
    gone = Message.objects.filter(conversation=conversation).filter(
        Q(account__in=accounts) | Q(is_ours=True)
    )
    for rows in (
        gone,
        Note.objects.filter(conversation=conversation),
        Ask.objects.filter(conversation=conversation),
        Draft.objects.filter(conversation=conversation),
    ):
        _add(counts, rows.delete()[1])
    uri = account_uris([first.account_id])[first.account_id]
    conversation.account_id = first.account_id
    conversation.thread = _free_thread(conversation, uri)
    conversation.state = Conversation.State.CLOSED
    conversation.opened_at = first.at
    conversation.language, conversation.state_of_mind = first.language, ""
    conversation.intents, conversation.reason = [], {}
    conversation.waiting_since = conversation.due_at = conversation.first_answer_at = None
    conversation.save()
    return counts


def _free_thread(conversation: Conversation, uri: str) -> str:
    """Name of what remains of a thread: the one that others' rows in the record have now."""
    base = thread_of(conversation.thread)
    token = tokens_of([base]).get(base)
    name = opaque(token) if token is not None else base
    taken = Conversation.objects.filter(thread=name).exclude(pk=conversation.pk)
    return f"{name} {uri}"[:2000] if taken.exists() else name


def _rename_threads(objects: Sequence[str]) -> int:
    """Other people's conversations that are named after something they wrote."""
    renamed = 0
    base = Left("thread", StrIndex("thread", Value(" ")) - 1, output_field=TextField())
    for start in range(0, len(objects), SOME):
        some = objects[start : start + SOME]
        tokens: Mapping[str, str] = tokens_of(some)
        found = Conversation.objects.filter(thread__in=some)
        joined = Conversation.objects.filter(thread__contains=" ").alias(base=base)
        with transaction.atomic():
            for row in [*found, *joined.filter(base__in=some)]:
                before = thread_of(row.thread)
                name = opaque(tokens.get(before, "")) + row.thread[len(before) :]
                if Conversation.objects.filter(thread=name).exists():
                    name = opaque() + row.thread[len(before) :]
                row.thread = name
                row.save(update_fields=["thread"])
                renamed += 1
    return renamed


def _add(counts: dict[str, int], more: Mapping[str, int]) -> None:
    for name, number in more.items():
        table = name.lower().replace(".", "_")
        counts[table] = counts.get(table, 0) + number


def held_on(who: Leaving) -> dict[str, list[dict[str, Any]]]:
    """Everything that coordinating keeps of somebody, by table: also what colleagues wrote."""
    theirs = Conversation.objects.filter(account__in=who.account_ids)
    talks = plain_rows(theirs.order_by("opened_at"))
    of_talks = Q(conversation__in=[talk["id"] for talk in talks])
    texts = Message.objects.filter(Q(account__in=who.account_ids) | (of_talks & Q(is_ours=True)))
    asked_for = AskedFor.objects.filter(account__in=who.account_ids).order_by("pk")
    return {
        "conversations": talks,
        "messages": plain_rows(texts.order_by("at", "pk")),
        "notes": plain_rows(Note.objects.filter(of_talks).order_by("at")),
        "asks": plain_rows(Ask.objects.filter(of_talks).order_by("asked_at")),
        "drafts": plain_rows(Draft.objects.filter(of_talks).order_by("changed_at")),
        "changes_asked_for": plain_rows(
            asked_for, "change__what_fr", "change__what_en", "change__done_on", "told_at"
        ),
    }


def how_much(who: Leaving) -> dict[str, int]:
    """How many conversations and messages would go."""
    theirs = Conversation.objects.filter(account__in=who.account_ids)
    texts = Message.objects.filter(
        Q(account__in=who.account_ids) | (Q(conversation__in=theirs) & Q(is_ours=True))
    )
    return {"conversations": theirs.count(), "messages": texts.count()}
