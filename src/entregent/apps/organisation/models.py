"""Tables of the organisation.

One instance of Entregent serves one organisation, so its row is the only one of its table.
"""

from datetime import time
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """Languages of the screens, French first."""

    FRENCH = "fr", "Français"
    ENGLISH = "en", "English"


class Role(models.TextChoices):
    """What a member may do: owners run the house, members work in it, guests look."""

    OWNER = "owner", _("Owner")
    MEMBER = "member", _("Member")
    GUEST = "guest", _("Guest")


def weekdays() -> list[int]:
    """Monday to Friday."""
    return [0, 1, 2, 3, 4]


class Organisation(models.Model):
    """The organisation that speaks; exactly one row."""

    THE_ONE = 1

    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64)
    languages = models.JSONField(default=list)
    default_language = models.CharField(max_length=2, choices=Language.choices)
    # When people are there to answer: hours of the zone, and days with Monday as 0.
    opens_at = models.TimeField(default=time(9))
    closes_at = models.TimeField(default=time(17))
    working_days = models.JSONField(default=weekdays)
    # How its channels speak to people who have not said which they prefer.
    address_form = models.CharField(
        max_length=4, choices=[("tu", "tu"), ("vous", "vous")], default="vous"
    )
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                name="organisation_closes_after_it_opens",
            ),
            models.CheckConstraint(condition=models.Q(pk=1), name="organisation_is_one"),
            models.CheckConstraint(condition=~models.Q(name=""), name="organisation_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(default_language__in=Language.values),
                name="organisation_default_language_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Function(models.Model):
    """A function of the organisation (a department), which answers for its subjects."""

    slug = models.SlugField(max_length=60, unique=True)
    name_fr = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    answers_for_fr = models.CharField(max_length=200, blank=True)
    answers_for_en = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(name_fr="") & ~models.Q(name_en=""),
                name="function_is_named_in_both_languages",
            ),
            models.UniqueConstraint(Lower("name_fr"), name="function_name_fr_is_unique"),
            models.UniqueConstraint(Lower("name_en"), name="function_name_en_is_unique"),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_en if get_language() == Language.ENGLISH else self.name_fr

    @property
    def answers_for(self) -> str:
        """What the function answers for, in the language of the page."""
        return self.answers_for_en if get_language() == Language.ENGLISH else self.answers_for_fr


class Members(BaseUserManager["Member"]):
    """Finds members by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Member":
        """Return the member who signs in with this address."""
        return self.get(email=(username or "").lower())


class Member(AbstractBaseUser):
    """A person who works with Entregent and signs in by e-mail address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, choices=Language.choices)
    role = models.CharField(max_length=6, choices=Role.choices)
    function = models.ForeignKey(
        Function, on_delete=models.PROTECT, null=True, blank=True, related_name="members"
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    is_demo = models.BooleanField(default=False)

    objects = Members()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="member_email_is_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="member_role_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=Language.values), name="member_language_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"member:{self.pk}"

    @property
    def is_owner(self) -> bool:
        """Whether this member runs the house."""
        return self.is_active and self.role == Role.OWNER

    @property
    def may_work(self) -> bool:
        """Whether this member may change things: guests may only look."""
        return self.is_active and self.role in {Role.OWNER, Role.MEMBER}


class Public(models.Model):
    """One of the organisation's publics; they overlap."""

    slug = models.SlugField(max_length=60, unique=True)
    name_fr = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.slug

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_en if get_language() == Language.ENGLISH else self.name_fr


class Subject(models.Model):
    """What people speak of: which function answers, and whether answers are approved first."""

    slug = models.SlugField(max_length=60, unique=True)
    name_fr = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    # Words by which it is recognised, in the language of saved queries.
    query = models.CharField(max_length=2000, blank=True)
    function = models.ForeignKey(Function, on_delete=models.PROTECT, related_name="subjects")
    needs_approval = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name_fr"), name="subject_name_fr_is_unique"),
            models.UniqueConstraint(Lower("name_en"), name="subject_name_en_is_unique"),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_en if get_language() == Language.ENGLISH else self.name_fr


class Trust(models.Model):
    """That a member may answer on a subject without approval."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="trusted_on")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="trusted")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "subject"], name="trust_is_one_row")
        ]

    def __str__(self) -> str:
        return f"member:{self.member_id} subject:{self.subject_id}"


class ApiToken(models.Model):
    """A key to the API for one member, with its scopes; only a digest of it is kept."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"token:{self.pk}"


class OneTimeLink(models.Model):
    """A link that works once: the first set-up, or a member's choice of a password.

    Only a digest of its secret is kept, so a copy of the database opens nothing.
    """

    class Purpose(models.TextChoices):
        """What the link opens."""

        SET_UP = "set_up"
        INVITATION = "invitation"
        SIGN_IN = "sign_in"  # only into the demonstration, printed on the terminal of its start

    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True)
    member = models.OneToOneField(Member, on_delete=models.CASCADE, null=True, related_name="link")
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(purpose="set_up", member=None, expires_at=None)
                | models.Q(
                    purpose__in=["invitation", "sign_in"],
                    member__isnull=False,
                    expires_at__isnull=False,
                ),
                name="one_time_link_has_what_its_purpose_needs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} link {self.pk}"


class AuditEntry(models.Model):
    """What was changed, by whom, when: field names and references, never personal words."""

    at = models.DateTimeField(default=timezone.now)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="audit_entries"
    )
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    changes = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="audit_newest_first"),
            models.Index(fields=["subject"], name="audit_by_subject"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(action__contains="."), name="audit_action_is_a_dotted_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
