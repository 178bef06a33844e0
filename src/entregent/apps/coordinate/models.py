"""Tables of coordinating: a conversation, who holds it, what is asked of whom, what was decided."""

from typing import ClassVar

from django.db import models

MEMBER = "organisation.Member"
FUNCTION = "organisation.Function"


class Conversation(models.Model):
    """One thread between somebody and us, public or private, never both."""

    class State(models.TextChoices):
        """Whose turn it is. `left` is « On n'entre pas dans la conversation »."""

        WAITING = "waiting"
        ANSWERED = "answered"
        CLOSED = "closed"
        LEFT = "left"

    thread = models.CharField(max_length=2000, unique=True)
    network = models.CharField(max_length=40)
    is_public = models.BooleanField()
    account = models.ForeignKey("remember.Account", on_delete=models.CASCADE, related_name="+")
    # The account of ours that was addressed, and would answer; empty where none was.
    our_uri = models.CharField(max_length=2000, blank=True)
    language = models.CharField(max_length=35, blank=True)
    state_of_mind = models.CharField(max_length=8, blank=True)
    intents = models.JSONField(default=list)
    subject = models.ForeignKey(
        "organisation.Subject", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    function = models.ForeignKey(FUNCTION, on_delete=models.SET_NULL, null=True, related_name="+")
    # Why it is there: {"rule": code, "words": [...]}.
    reason = models.JSONField(default=dict)
    member = models.ForeignKey(
        MEMBER, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State.choices)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    # Since when they wait for us; NULL while they do not.
    waiting_since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    # After this time the network no longer lets us answer.
    window_until = models.DateTimeField(null=True, blank=True)
    first_answer_at = models.DateTimeField(null=True, blank=True)
    left_reason = models.CharField(max_length=20, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="waiting"), name="conversation_waits"
            ),
            models.Index(fields=["account", "-last_at"], name="conversation_of_account"),
            models.Index(fields=["-last_at"], name="conversation_newest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(state="waiting") | models.Q(waiting_since__isnull=False),
                name="conversation_waits_since_some_time",
            )
        ]

    def __str__(self) -> str:
        return f"conversation:{self.pk}"


class Message(models.Model):
    """One text of a conversation, theirs or ours, as plain text."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages"
    )
    object_id = models.CharField(max_length=2000, unique=True)
    account = models.ForeignKey("remember.Account", on_delete=models.CASCADE, related_name="+")
    is_ours = models.BooleanField()
    member = models.ForeignKey(
        MEMBER, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = models.TextField()
    at = models.DateTimeField()
    language = models.CharField(max_length=35, blank=True)
    # The machine's labels with their evidence: {"state_of_mind": …, "words": […], "intents": …}.
    labels = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["conversation", "at"], name="message_in_order")]

    def __str__(self) -> str:
        return f"message:{self.pk}"


class Note(models.Model):
    """What colleagues say to each other about a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notes")
    member = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"note:{self.pk}"


class Ask(models.Model):
    """A question to another function, with a deadline; its answer returns to the asker."""

    class State(models.TextChoices):
        """How far it is; `used` once its answer went into a reply or was put aside."""

        OPEN = "open"
        ANSWERED = "answered"
        USED = "used"
        WITHDRAWN = "withdrawn"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="asks")
    asked_by = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="+")
    function = models.ForeignKey(FUNCTION, on_delete=models.PROTECT, related_name="+")
    question = models.TextField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        MEMBER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    # Put by the demonstration itself; nobody answers it by themselves.
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=["open", "answered"]),
                name="ask_is_under_way",
            )
        ]

    def __str__(self) -> str:
        return f"ask:{self.pk}"


class Draft(models.Model):
    """A reply being written; one per conversation and member."""

    class State(models.TextChoices):
        """How far it is."""

        WRITING = "writing"
        TO_APPROVE = "to_approve"
        REFUSED = "refused"
        LEFT = "left_for_outbox"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    member = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    language = models.CharField(max_length=35)
    is_public = models.BooleanField()
    state = models.CharField(max_length=15, choices=State.choices)
    changed_at = models.DateTimeField()
    # Why it was sent although the memory check warned.
    because = models.CharField(max_length=300, blank=True)
    warnings = models.JSONField(default=list)
    approver = models.ForeignKey(
        MEMBER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_approval_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, blank=True)
    # The outbox's row, by its key.
    outgoing_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation", "member"],
                condition=~models.Q(state="left_for_outbox"),
                name="draft_is_one_per_member",
            )
        ]

    def __str__(self) -> str:
        return f"draft:{self.pk}"


class ApprovedLine(models.Model):
    """What we say on a subject, in both languages, with an owner and an end."""

    subject = models.ForeignKey("organisation.Subject", on_delete=models.CASCADE, related_name="+")
    text_fr = models.TextField()
    text_en = models.TextField()
    function = models.ForeignKey(FUNCTION, on_delete=models.PROTECT, related_name="+")
    until = models.DateField()
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"line:{self.pk}"


class Crisis(models.Model):
    """A crisis: its room while it is open, its account afterwards."""

    name = models.CharField(max_length=120)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(MEMBER, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    # Words by which what is said about it is found.
    query = models.CharField(max_length=2000, blank=True)
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"crisis:{self.pk}"


class CrisisEntry(models.Model):
    """One thing that happened in a crisis, was said, or was decided."""

    class Kind(models.TextChoices):
        """What kind of thing."""

        EVENT = "event"
        ALERT = "alert"
        FREEZE = "freeze"
        LINE = "line"
        MISTAKE = "mistake"
        DECISION = "decision"
        AFTER = "after"

    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="entries")
    at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text_fr = models.TextField()
    text_en = models.TextField()
    member = models.ForeignKey(
        MEMBER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"crisis entry:{self.pk}"


class Decision(models.Model):
    """A question for management: two options, what people said, a date, and what was decided."""

    question_fr = models.CharField(max_length=200)
    question_en = models.CharField(max_length=200)
    options = models.JSONField(default=list)  # [{"fr": …, "en": …}, …]
    # How many spoke of it: people, not messages; counted by this query.
    query = models.CharField(max_length=2000, blank=True)
    people = models.PositiveIntegerField(default=0)
    due_on = models.DateField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        MEMBER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    choice = models.PositiveSmallIntegerField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"decision:{self.pk}"


class Change(models.Model):
    """Something changed because people asked for it; those who asked are told so."""

    what_fr = models.CharField(max_length=200)
    what_en = models.CharField(max_length=200)
    done_on = models.DateField()
    function = models.ForeignKey(FUNCTION, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"change:{self.pk}"


class AskedFor(models.Model):
    """That an account asked for a change, and whether it was told."""

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="asked_for")
    account = models.ForeignKey("remember.Account", on_delete=models.CASCADE, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change", "account"], name="asked_for_is_one_row")
        ]

    def __str__(self) -> str:
        return f"asked for:{self.pk}"
