"""Tables of measuring: daily counts, what campaigns added, and read-outs with their dates."""

from typing import ClassVar

from django.db import models


class DayCount(models.Model):
    """One metric on one day of the organisation's zone, for one place.

    No row on a day up to which the metric is complete is a real zero, unless the source has a gap.
    """

    metric = models.CharField(max_length=20)
    # What splits it: an account's URI for follows, a coupon code, a language; empty for all.
    place = models.CharField(max_length=2000, blank=True)
    day = models.DateField()
    value = models.FloatField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["metric", "place", "day"], name="day_count_is_one_row")
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.day}"


class RollUp(models.Model):
    """How far a metric is counted: complete up to, and including, `complete_until`."""

    metric = models.CharField(max_length=20, primary_key=True)
    begins_on = models.DateField(null=True, blank=True)
    complete_until = models.DateField(null=True, blank=True)
    # Days to count again from here, because something late came in.
    dirty_from = models.DateField(null=True, blank=True)
    # When days that had been complete were counted again; what was measured from them is looked at.
    revised_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.metric


class Moment(models.Model):
    """What happened on a day and is drawn on every chart: press, storms, breaks in collection."""

    class Kind(models.TextChoices):
        """What kind of moment."""

        PRESS = "press"
        EVENT = "event"
        STORM = "storm"

    kind = models.CharField(max_length=5, choices=Kind.choices)
    first_day = models.DateField()
    last_day = models.DateField()
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"moment:{self.pk}"


class ReadOut(models.Model):
    """A reading planned beforehand: which campaign, which window, when, by whom."""

    # By number: campaigns are an earlier app's, and are asked through its queries.
    campaign = models.ForeignKey("address.Campaign", on_delete=models.CASCADE, related_name="+")
    months = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    member = models.ForeignKey("organisation.Member", on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    # What stood there when it was read: {"verdict", "refused", "fr", "en", "level", "until",
    # "computed_at"}.
    reading = models.JSONField(default=dict)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "months"], name="read_out_is_one_per_window"
            )
        ]

    def __str__(self) -> str:
        return f"read-out:{self.pk}"


class Finding(models.Model):
    """What a campaign added to one metric, as it was computed last; or why it cannot be told."""

    campaign = models.ForeignKey("address.Campaign", on_delete=models.CASCADE, related_name="+")
    metric = models.CharField(max_length=20)
    place = models.CharField(max_length=2000, blank=True)
    # None while the first answer is being worked out.
    computed_at = models.DateTimeField(null=True, blank=True)
    # Last day that was used.
    until = models.DateField(null=True, blank=True)
    # Of everything that went in: the same gives the same answer, and is not computed again.
    fingerprint = models.CharField(max_length=64, blank=True)
    # Of what tells quickly whether it may have changed: see finding.py.
    outline = models.CharField(max_length=64, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    # Code of the reason, where it cannot be told; and the reason in both languages.
    refused = models.CharField(max_length=40, blank=True)
    refused_fr = models.TextField(blank=True)
    refused_en = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    # What there would have been, by day: {"first", "without", "low", "high"}.
    rows = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "metric"], name="finding_is_one_per_campaign_and_metric"
            )
        ]

    def __str__(self) -> str:
        return f"finding:{self.pk}"
