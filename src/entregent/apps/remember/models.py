"""Tables of remembering. An account acts on a network; a person stands behind one or several."""

from typing import ClassVar

from django.db import models


class Person(models.Model):
    """A human whom we know: who wrote to us in private, bought, or agreed to be remembered."""

    class AddressForm(models.TextChoices):
        """How they speak to us in French; empty while we do not know."""

        TU = "tu"
        VOUS = "vous"

    name = models.CharField(max_length=200)
    languages = models.JSONField(default=list)
    address_form = models.CharField(max_length=4, choices=AddressForm.choices, blank=True)
    known_since = models.DateField()
    # « Ne pas solliciter »: they may write to us, we do not address them first.
    do_not_solicit = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"person:{self.pk}"


class Account(models.Model):
    """What spoke to us, or belongs to a person, or is ours; its key is its name in the lake."""

    uri = models.CharField(max_length=2000, unique=True)
    key = models.BigIntegerField(unique=True)
    network = models.CharField(max_length=40)
    handle = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=35, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    is_ours = models.BooleanField(default=False)
    # Set only by a confirmed link: by themselves, by their order, by a member who asked them.
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="accounts"
    )
    linked_at = models.DateTimeField(null=True, blank=True)
    link_reason = models.CharField(max_length=40, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["is_ours"], name="account_ours")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(person=None) | models.Q(linked_at__isnull=False),
                name="account_link_has_its_date",
            )
        ]

    def __str__(self) -> str:
        return f"account:{self.pk}"


class PublicOf(models.Model):
    """That a person belongs to one of our publics; to several at once as a rule."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="publics")
    public = models.ForeignKey("organisation.Public", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "public"], name="public_of_a_person_is_one_row"
            )
        ]

    def __str__(self) -> str:
        return f"person:{self.person_id} public:{self.public_id}"


class Consent(models.Model):
    """What a person agreed to or refused, with its proof and its end."""

    class Purpose(models.TextChoices):
        """What for."""

        EMAIL = "email"
        PROFILE = "profile"  # traces linked to them, facets
        CONTEST = "contest"
        SHARE_WORDS = "share_words"  # quoting them by name

    class Basis(models.TextChoices):
        """What it stands on (LCAP)."""

        EXPRESS = "express"
        PURCHASE = "purchase"  # implied, 24 months
        INQUIRY = "inquiry"  # implied, 6 months
        REFUSED = "refused"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    basis = models.CharField(max_length=10, choices=Basis.choices)
    given_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    proof = models.CharField(max_length=500)
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "purpose"], name="consent_of_person")]

    def __str__(self) -> str:
        return f"consent:{self.pk}"


class Promise(models.Model):
    """What we promised, to whom, by when, and who holds it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="promises")
    what = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("organisation.Member", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    function = models.ForeignKey(
        "organisation.Function", on_delete=models.PROTECT, related_name="+"
    )
    # The conversation it was made in, by number: conversations are a later app's.
    conversation_id = models.BigIntegerField(null=True, blank=True)
    kept_at = models.DateTimeField(null=True, blank=True)
    kept_by = models.ForeignKey(
        "organisation.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_on"], condition=models.Q(kept_at=None), name="promise_is_open"
            )
        ]

    def __str__(self) -> str:
        return f"promise:{self.pk}"


class Look(models.Model):
    """That a member opened a person's page: « Qui a consulté cette fiche »."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="looks", null=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="looks", null=True)
    member = models.ForeignKey("organisation.Member", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "member", "day"],
                condition=models.Q(person__isnull=False),
                name="look_at_a_person_is_one_a_day",
            ),
            models.UniqueConstraint(
                fields=["account", "member", "day"],
                condition=models.Q(account__isnull=False),
                name="look_at_an_account_is_one_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(account=None) ^ models.Q(person=None),
                name="look_is_at_a_person_or_an_account",
            ),
        ]

    def __str__(self) -> str:
        return f"look:{self.pk}"


class Erasure(models.Model):
    """Forgetting one person: a row that is due until every step of it is done.

    While it is under way, `sealed` holds by what they were known, readable by this instance alone;
    afterwards only counts are left, and the keys that recognise them if they return.
    """

    class State(models.TextChoices):
        """How far it is. `masking` is the pass over other people's texts."""

        DUE = "due"
        MASKING = "masking"
        DONE = "done"

    state = models.CharField(max_length=7, choices=State.choices)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        "organisation.Member", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Who it was, by number alone: rows of these numbers are gone afterwards.
    person_id = models.BigIntegerField(null=True)
    account_keys = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    # Rows by step and table; seconds by step.
    counts = models.JSONField(default=dict)
    seconds = models.JSONField(default=dict)
    sealed = models.BinaryField(null=True)
    erased_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    proof = models.JSONField(default=dict)
    # Steps that failed, and when to try again; a lasting failure is shown by `entregent doctor`.
    failures = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["requested_at"], condition=~models.Q(state="done"), name="erasure_is_due"
            )
        ]

    def __str__(self) -> str:
        return f"erasure:{self.pk}"
