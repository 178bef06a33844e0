"""Tables of listening: sources, what they brought, and the way from the journal to the lake."""

from typing import ClassVar

from django.db import models


class Source(models.Model):
    """A connector instance: files of one network, or a feed at an address."""

    class Kind(models.TextChoices):
        """How items come in."""

        FILE = "file"
        FEED = "feed"

    slug = models.CharField(max_length=100, unique=True)
    network = models.CharField(max_length=40)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=2000, blank=True)
    cursor = models.JSONField(default=dict, blank=True)
    is_paused = models.BooleanField(default=False)
    error = models.CharField(max_length=40, blank=True)
    failures = models.PositiveIntegerField(default=0)
    items = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()
    last_item_at = models.DateTimeField(null=True, blank=True)
    last_try_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    # Whether what it brought is asked for again at its origin, to see what was deleted there.
    rechecks = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["file", "feed"]), name="source_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="feed", address=""), name="feed_has_an_address"
            ),
            models.UniqueConstraint(
                fields=["address"], condition=models.Q(kind="feed"), name="feed_address_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class SourceDay(models.Model):
    """Items that a source brought on one day, in the organisation's time zone."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    items = models.PositiveBigIntegerField(default=0)
    # Whether the source was listened to on that day: without it a missing item is not a zero.
    collected = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "day"], name="source_day_is_one_row")
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.day}"


class SourceGap(models.Model):
    """A time during which a source was not collected; open while `until` is NULL."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="gaps")
    start = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(until=None), name="source_has_one_open_gap"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.start} {self.reason}"


class LandedChunk(models.Model):
    """Rows that a source brought, as they were landed; the keeper has not looked at them yet.

    Once admitted, `body` is emptied and `counts` tells what became of the items. The row goes
    when whoever waits for the counts (`awaited`) has read them.
    """

    landed_at = models.DateTimeField()
    origin = models.CharField(max_length=40, db_index=True)
    place = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    body = models.BinaryField(null=True)
    awaited = models.BooleanField(default=False)
    counts = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=models.Q(body__isnull=False), name="chunk_is_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.rows} rows)"


class Batch(models.Model):
    """The final rows of a batch, from the moment they have a number until they are in the lake."""

    number = models.PositiveBigIntegerField(primary_key=True)
    ready_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    body = models.BinaryField()

    def __str__(self) -> str:
        return str(self.number)


class Lease(models.Model):
    """The right to be the one keeper, until it expires or its holder is seen dead."""

    name = models.CharField(max_length=20, primary_key=True)
    holder = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField()
    last_batch = models.PositiveBigIntegerField(default=0)
    last_compaction_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class RollUpState(models.Model):
    """What a roll-up was counted by; it is complete but for what `Reopened` names."""

    name = models.CharField(max_length=40, primary_key=True)
    # Dimensions and zone, and the table with its version. Others, and it is counted anew.
    shape = models.CharField(max_length=200)
    table = models.CharField(max_length=40)
    version = models.PositiveBigIntegerField()
    looked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Reopened(models.Model):
    """What has to be counted again in roll-ups: an hour or a month, or whatever a key has hours in.

    It is noted in the transaction that changes something, and goes when the counts are written.
    """

    class Scope(models.TextChoices):
        """What `key` is: a number of hours or months, or a key of the lake."""

        HOUR = "hour"  # since 1970
        MONTH = "month"  # since year 0
        OBJECT = "object"  # object_key of a text
        ACCOUNT = "account"  # actor_key

    scope = models.CharField(max_length=7, choices=Scope.choices)
    key = models.BigIntegerField()
    # Which roll-ups: all, texts, people, or the name of one.
    reach = models.CharField(max_length=40)
    # Drawn anew each time: what is noted again while we count is not taken for counted.
    mark = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "key", "reach"], name="reopened_is_one_row")
        ]

    def __str__(self) -> str:
        return f"{self.scope}:{self.key} {self.reach}"


class Forgotten(models.Model):
    """Somebody, or something, that is forgotten: a keyed hash, so that it is known if it returns.

    `token` stands for an object wherever others point to it.
    """

    class Kind(models.TextChoices):
        """What the key is of."""

        ACCOUNT = "account"  # as actor_key in the lake
        OBJECT = "object"  # of an object_key, hidden by the instance's secret

    kind = models.CharField(max_length=7, choices=Kind.choices)
    key = models.BigIntegerField()
    token = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="forgotten_is_one_row")
        ]

    def __str__(self) -> str:
        return f"forgotten:{self.pk}"


class Retention(models.Model):
    """How long what a source brings may be kept: of one type, or of all it brings."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="retentions")
    # An activity's type; empty for every type.
    type = models.CharField(max_length=60, blank=True)
    days = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "type"], name="retention_is_one_per_type"),
            models.CheckConstraint(condition=models.Q(days__gte=1), name="retention_is_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.type or 'all'} {self.days}"


class Upkeep(models.Model):
    """When a daily pass of the keeper was last done: `deleted`, `retention`, `recheck`."""

    name = models.CharField(max_length=20, primary_key=True)
    done_at = models.DateTimeField()
    # Where it goes on: a batch, or a number of its own.
    place = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
