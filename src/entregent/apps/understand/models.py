"""Tables of understanding: saved queries and corrections; labels themselves are in the lake."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower


class SavedQuery(models.Model):
    """A question asked of everything that is said: AND, OR, NOT, "phrase"."""

    name = models.CharField(max_length=80)
    text = models.CharField(max_length=2000)
    function = models.ForeignKey(
        "organisation.Function", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Whether a text that matches opens a conversation although nobody addressed us.
    opens_conversations = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), name="saved_query_name_is_unique"),
            models.CheckConstraint(condition=~models.Q(text=""), name="saved_query_asks_something"),
        ]

    def __str__(self) -> str:
        return f"query:{self.pk}"


class Correction(models.Model):
    """What a member said a label should have been; it is laid over the machine's."""

    class Label(models.TextChoices):
        """What can be corrected."""

        LANGUAGE = "language"
        STATE_OF_MIND = "state_of_mind"
        INTENT = "intent"

    object_id = models.CharField(max_length=2000)
    label = models.CharField(max_length=13, choices=Label.choices)
    value = models.CharField(max_length=40)
    machine_value = models.CharField(max_length=40, blank=True)
    member = models.ForeignKey("organisation.Member", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["object_id", "label"], name="correction_is_one_per_label"
            )
        ]

    def __str__(self) -> str:
        return f"correction:{self.pk}"
