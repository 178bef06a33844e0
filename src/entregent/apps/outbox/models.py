"""Tables of the outbox: nothing leaves without a row here."""

from typing import ClassVar

from django.db import models


class Freeze(models.Model):
    """A time during which nothing scheduled leaves; at most one is open."""

    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        "organisation.Member", on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        "organisation.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(ended_at=None), name="freeze_is_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"freeze:{self.pk}"


class Outgoing(models.Model):
    """One text on its way out: draft, approved, sending, then sent, failed, or unknown."""

    class State(models.TextChoices):
        """How far it is. `unknown` is settled by reading back."""

        DRAFT = "draft"
        APPROVED = "approved"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        UNKNOWN = "unknown"
        WITHDRAWN = "withdrawn"

    idempotency_key = models.UUIDField(unique=True)
    network = models.CharField(max_length=40)
    # URI of the account that speaks, one of ours; of whom it answers; of what it answers.
    from_uri = models.CharField(max_length=2000)
    to_uri = models.CharField(max_length=2000, blank=True)
    in_reply_to = models.CharField(max_length=2000, blank=True)
    thread = models.CharField(max_length=2000, blank=True)
    is_public = models.BooleanField()
    text = models.TextField()
    language = models.CharField(max_length=35)
    state = models.CharField(max_length=9, choices=State.choices)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        "organisation.Member", on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        "organisation.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Leaves at this time; a freeze holds back what was scheduled, not what a person answers now.
    due_at = models.DateTimeField()
    is_scheduled = models.BooleanField(default=False)
    claimed_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    native_id = models.CharField(max_length=2000, blank=True)
    error = models.CharField(max_length=40, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=["approved", "sending", "unknown"]),
                name="outgoing_is_due",
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="draft")
                | models.Q(state="withdrawn")
                | models.Q(approved_at__isnull=False),
                name="outgoing_leaves_approved",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
                name="outgoing_sent_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"outgoing:{self.pk}"
