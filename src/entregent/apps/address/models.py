"""Tables of addressing: campaigns, their plans as written, links and codes that count."""

from typing import ClassVar

from django.db import models

MEMBER = "organisation.Member"
FUNCTION = "organisation.Function"


class Campaign(models.Model):
    """A campaign, a contest, a PR moment: something we do towards people, with a beginning."""

    class Kind(models.TextChoices):
        """What it is."""

        CONTEST = "contest"
        DIALOGUE = "dialogue"
        COUPON = "coupon"
        PR = "pr"
        ADVERTISING = "advertising"
        EVENT = "event"

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=11, choices=Kind.choices)
    # « Au service de : billetterie ».
    serves = models.ForeignKey(FUNCTION, on_delete=models.PROTECT, related_name="+")
    function = models.ForeignKey(FUNCTION, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="+")
    # Days in the organisation's zone, both inclusive.
    first_day = models.DateField()
    last_day = models.DateField()
    # What it wants to move first: a metric of measure, and where (an account of ours, or empty).
    metric = models.CharField(max_length=20)
    place = models.CharField(max_length=2000, blank=True)
    budget = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="CAD")
    launched_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)
    # The demonstration's truth, shown as « Ce qu'on avait planté »: {"verdict", "fr", "en"}.
    planted = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="campaign_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"campaign:{self.pk}"


class Plan(models.Model):
    """The five lines, as written at one time; the one in force at launch stays as it was."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="plans")
    written_at = models.DateTimeField()
    member = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="+")
    objective = models.TextField(blank=True)  # a rate, not a peak
    in_service_of = models.TextField(blank=True)
    who_cares = models.TextField(blank=True)
    how_they_come = models.TextField(blank=True)
    how_measured = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["campaign", "written_at"], name="plan_in_order")]

    def __str__(self) -> str:
        return f"plan:{self.pk}"


class NextStep(models.Model):
    """« On fait quoi avec ça? »: one action, one owner, one date, and whether it was done."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="next_steps")
    what = models.CharField(max_length=300)
    member = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"next step:{self.pk}"


class TrackedLink(models.Model):
    """A link, a QR code or a coupon code that counts who came by it."""

    class Kind(models.TextChoices):
        """What people hold in their hands."""

        LINK = "link"
        QR = "qr"
        COUPON = "coupon"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    # In the address of a link or QR code, or what people type at the ticket office.
    code = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=120)
    target = models.CharField(max_length=2000, blank=True)
    percent_off = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    # Followed here; scans and redemptions told by others are counted in the record.
    follows = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="coupon") | ~models.Q(target=""),
                name="tracked_link_leads_somewhere",
            )
        ]

    def __str__(self) -> str:
        return f"link:{self.pk}"
