"""What was earned: awards and their requirements, and the lasting records of them.

Erasure (a later step) replaces the holder's name by a tombstone and keeps the number, which
is never given out again.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from assessments.models import Quiz
from certificates.credential_review import CredentialReview
from certificates.dates import months_after
from certificates.numbers import formatted
from certificates.standing import Standing
from courses.models import CoursePage, HourScheme
from people.models import NAME_LENGTH, User, validate_time_zone

WORDS_LENGTH = 400
"""How long a text may be that is printed on a certificate beside its other words."""


class Issuer(models.Model):
    """The organisation in whose name we issue, suspend, revoke and verify."""

    name = models.CharField(_("name"), max_length=200)
    url = models.URLField(_("web site"), blank=True)
    email = models.EmailField(_("address for questions"), blank=True)
    prefix = models.CharField(
        _("prefix of its numbers"),
        max_length=5,
        default="PSW",
        validators=[RegexValidator(r"^[A-Z]{2,5}$", _("Two to five capital letters, A to Z."))],
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="UTC",
        validators=[validate_time_zone],
        help_text=_("Dates of issue and expiry are dates in this zone."),
    )
    signatory_name = models.CharField(_("signatory"), max_length=120)
    signatory_role = models.CharField(_("signatory’s role"), max_length=120)

    class Meta:
        ordering = ["name"]
        verbose_name = _("issuer")

    def __str__(self) -> str:
        return self.name

    def date_at(self, at: datetime) -> date:
        """The date at an instant, where the issuer is."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()


class Statement(models.Model):
    """Something a learner signs, such as a code of ethics. Its text comes in versions."""

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), unique=True)

    class Meta:
        ordering = ["title"]
        verbose_name = _("statement")

    def __str__(self) -> str:
        return self.title


class StatementVersion(models.Model):
    """The text of a statement as it was signed. A published version is never edited."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="versions")
    version = models.CharField(_("version"), max_length=20)
    text = models.TextField(_("text"), help_text=_("HTML, as shown above the signature."))
    published_at = models.DateTimeField(_("published"))

    class Meta:
        ordering = ["-published_at"]
        verbose_name = _("statement version")
        constraints = [
            models.UniqueConstraint(fields=["statement", "version"], name="versions_are_named_once")
        ]

    def __str__(self) -> str:
        return f"{self.statement} {self.version}"


class Attestation(models.Model):
    """A learner's signature under one version of a statement. Evidence: never edited."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    learner = models.ForeignKey(User, models.PROTECT, related_name="attestations")
    version = models.ForeignKey(StatementVersion, models.PROTECT, related_name="attestations")
    typed_name = models.CharField(_("typed name"), max_length=NAME_LENGTH)
    signed_at = models.DateTimeField(_("signed"))

    class Meta:
        verbose_name = _("attestation")
        constraints = [
            models.UniqueConstraint(fields=["learner", "version"], name="signed_once_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.signed_at:%Y-%m-%d}"


class Award(ClusterableModel):
    """What can be earned, and what it takes. Every requirement must be met."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address"), unique=True)
    issuer = models.ForeignKey(
        Issuer, models.PROTECT, related_name="awards", verbose_name=_("issuer")
    )
    description = models.TextField(
        _("what it certifies"),
        max_length=WORDS_LENGTH,
        help_text=_(
            "Printed on the certificate, after the name, which begins the sentence. A sentence "
            "or two, of 400 letters at most."
        ),
    )
    limits = models.TextField(
        _("what it is not"),
        blank=True,
        max_length=WORDS_LENGTH,
        help_text=_("Printed in small type, and on the check page. 400 letters at most."),
    )
    # The certificate's own words are drawn in it, so that they and these make one sentence,
    # whatever language the holder reads. Letters are in the holder's.
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        help_text=_(
            "The one that the award is written in. The whole certificate is printed in it."
        ),
    )
    valid_months = models.PositiveSmallIntegerField(
        _("valid for (months)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("From 1 to 600. Leave empty for always."),
    )
    hours_course = models.ForeignKey(
        CoursePage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("hours and competencies from the course"),
    )
    hour_scheme = models.ForeignKey(
        HourScheme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("hours by the domains of"),
    )
    active = models.BooleanField(
        _("may be earned"),
        default=False,
        help_text=_(
            "Tick this when the award is ready. From then on it is issued, by the site itself, "
            "to everyone who meets all that it asks. One that asks for nothing is issued by "
            "hand only."
        ),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("award")

    def __str__(self) -> str:
        return self.name

    def valid_until(self, issued_on: date) -> date | None:
        """The last day it may be relied on, or None for always."""
        return months_after(issued_on, self.valid_months) if self.valid_months else None


class Requirement(Orderable):
    """A condition of an award: a course completed, a quiz passed or a statement signed."""

    class Kind(models.TextChoices):
        COURSE = "course", _("Complete this course")
        QUIZ = "quiz", _("Pass this quiz")
        STATEMENT = "statement", _("Sign this statement")

    award = ParentalKey(Award, on_delete=models.CASCADE, related_name="requirements")
    kind = models.CharField(_("requirement"), max_length=20, choices=Kind.choices)
    course = models.ForeignKey(
        CoursePage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("course"),
    )
    quiz = models.ForeignKey(
        Quiz, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("quiz")
    )
    statement = models.ForeignKey(
        Statement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("statement"),
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("kind"),
        FieldPanel("course"),
        FieldPanel("quiz"),
        FieldPanel("statement"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("requirement")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="course", course__isnull=False, quiz=None, statement=None)
                | Q(kind="quiz", quiz__isnull=False, course=None, statement=None)
                | Q(kind="statement", statement__isnull=False, course=None, quiz=None),
                name="requirement_names_what_its_kind_needs",
                violation_error_message=_("Choose what the requirement names, and nothing else."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.course or self.quiz or self.statement}"

    def clean(self) -> None:
        super().clean()
        named = {
            kind
            for kind in ("course", "quiz", "statement")
            if getattr(self, f"{kind}_id") is not None
        }
        if self.kind and named != {self.kind}:
            raise ValidationError(_("Choose what the requirement names, and nothing else."))


class CredentialQuerySet(models.QuerySet["Credential"]):
    def held_by(self, person: User) -> Self:
        return self.filter(holder=person)

    def could_not_be_made(self) -> Self:
        """Those whose certificate met something that stands in its way."""
        return self.filter(pdf="").exclude(pdf_problem="")

    def without_pdf(self) -> Self:
        """Those owed a certificate that can be made."""
        return self.filter(pdf="", pdf_problem="")

    def not_announced(self) -> Self:
        """Those whose holder has not been written to."""
        return self.exclude(pdf="").filter(announced_at=None)

    def owed(self) -> Self:
        """Those still owed a certificate that can be made, or word of it to their holder."""
        untold = Q(announced_at=None, holder__is_active=True) & ~Q(_was("revoked"))
        return self.filter(Q(pdf="") | untold, pdf_problem="")

    def with_changes_to_tell(self) -> Self:
        """Those of which something became that their holder has not been told."""
        return self.filter(pk__in=CredentialEvent.objects.to_tell().values("credential"))

    def not_in_hand(self, at: datetime) -> Self:
        """Those that no worker is busy with."""
        return self.filter(Q(in_hand_until=None) | Q(in_hand_until__lte=at))

    def with_standing(self) -> Self:
        """With all that `standing_of` reads: one query more, however many there are."""
        return self.select_related("issuer", "superseded_by").prefetch_related("events")

    def standing_as(self, standing: Standing, *, at: datetime) -> Self:
        """Those of one standing, by the same order of gravity as `standing`."""
        last_said = (
            CredentialEvent.objects.filter(credential=OuterRef("pk"))
            .filter(kind__in=["suspended", "restored"])
            .order_by("-number")
            .values("kind")[:1]
        )
        expired = Q(pk=None)
        for issuer in Issuer.objects.all():
            expired |= Q(issuer=issuer, expires_on__lt=issuer.date_at(at))
        return self.annotate(
            last_said=Subquery(last_said),
            standing_word=Case(
                When(_was("revoked"), then=Value("revoked")),
                When(superseded_by__isnull=False, then=Value("superseded")),
                When(last_said="suspended", then=Value("suspended")),
                When(expired, then=Value("expired")),
                default=Value("current"),
            ),
        ).filter(standing_word=standing.value)


def _was(kind: str) -> Exists:
    """Whether something ever happened to a credential."""
    return Exists(CredentialEvent.objects.filter(credential=OuterRef("pk"), kind=kind))


def certificate_storage() -> Any:
    return storages["certificates"]


class Credential(models.Model):
    """An award issued to one person: a lasting record, frozen when it is issued.

    Everything printed stands in this row as it was on the day. Later edits to the person,
    the award, the course or the template change none of it. Only what becomes of it is
    added: its events, its stored file, and that the holder was told.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # Eleven random symbols and one that checks them: see numbers.py.
    code = models.CharField(max_length=12, unique=True, editable=False)
    prefix = models.CharField(max_length=5, editable=False)
    holder = models.ForeignKey(User, models.PROTECT, related_name="credentials", editable=False)
    award = models.ForeignKey(Award, models.PROTECT, related_name="credentials", editable=False)
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="credentials", editable=False)
    cycle = models.PositiveSmallIntegerField(default=1, editable=False)

    name = models.CharField(_("name as printed"), max_length=NAME_LENGTH, editable=False)
    award_name = models.CharField(_("award"), max_length=200, editable=False)
    description = models.TextField(editable=False)
    limits = models.TextField(blank=True, editable=False)
    issuer_name = models.CharField(_("issuer"), max_length=200, editable=False)
    signatory_name = models.CharField(max_length=120, editable=False)
    signatory_role = models.CharField(max_length=120, editable=False)
    # [{"domain": "Advocacy", "minutes": 60}, …], in the scheme's order.
    minutes_by_domain = models.JSONField(default=list, editable=False)
    minutes = models.PositiveIntegerField(default=0, editable=False)
    # [{"code": "LI1", "name": "Be present"}, …]
    competencies = models.JSONField(default=list, editable=False)
    # [{"requirement": "Pass this quiz: …", "met_on": "2026-11-23"}, …], or what a registrar said.
    evidence = models.JSONField(default=list, editable=False)
    # That it is printed in: the award's own.
    language = models.CharField(max_length=10, default="en", editable=False)
    template_version = models.PositiveSmallIntegerField(default=1, editable=False)

    issued_at = models.DateTimeField(editable=False)
    issued_on = models.DateField(_("issued"), editable=False)
    expires_on = models.DateField(_("valid until"), null=True, editable=False)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by", editable=False
    )

    pdf = models.FileField(storage=certificate_storage, blank=True, editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    pdf_made_at = models.DateTimeField(null=True, editable=False)
    pdf_problem = models.TextField(_("why it has no certificate"), blank=True, editable=False)
    announced_at = models.DateTimeField(null=True, editable=False)
    # A worker that makes its file or writes to its holder says until when it is at it. After
    # that another may take it up: the first one died.
    in_hand_until = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[Credential]] = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at"]
        verbose_name = _("credential")
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "award", "cycle"], name="one_credential_per_cycle"
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As it is printed, such as PSW-7K3M-QX9R-4TWK."""
        return formatted(self.prefix, self.code)

    @property
    def hours(self) -> float:
        return self.minutes / 60


class CredentialEventQuerySet(models.QuerySet["CredentialEvent"]):
    def to_tell(self) -> Self:
        """Those of which word is still owed to the holder."""
        return self.filter(to_tell=True, told_at=None, credential__holder__is_active=True)


class CredentialEvent(models.Model):
    """Something that happened to a credential: when, by whom, and why. Never edited.

    The reason is for staff and auditors, and never shown in public. Only that the holder was
    told is added. Of an issue they are told by the letter that their certificate is ready;
    of what happened before there were letters about changes, by none.
    """

    class Kind(models.TextChoices):
        ISSUED = "issued", _("Issued")
        SUSPENDED = "suspended", _("Suspended")
        RESTORED = "restored", _("Restored")
        REVOKED = "revoked", _("Revoked")

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField(editable=False)
    kind = models.CharField(_("event"), max_length=20, choices=Kind.choices, editable=False)
    at = models.DateTimeField(_("when"), editable=False)
    # None is the site itself, when the last requirement was met.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    reason = models.TextField(_("reason"), blank=True, editable=False)
    to_tell = models.BooleanField(default=False, editable=False)
    told_at = models.DateTimeField(_("holder told"), null=True, editable=False)

    objects: ClassVar[models.Manager[CredentialEvent]] = CredentialEventQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("credential event")
        indexes = [
            # What a sweep asks each minute, over all that ever happened.
            models.Index(
                fields=["credential"],
                condition=Q(to_tell=True, told_at=None),
                name="changes_to_tell",
            )
        ]
        constraints = [
            # Two registrars at once: the second finds the number taken, and is told.
            models.UniqueConstraint(fields=["credential", "number"], name="events_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


__all__ = [
    "WORDS_LENGTH",
    "Attestation",
    "Award",
    "Credential",
    "CredentialEvent",
    "CredentialReview",
    "Issuer",
    "Requirement",
    "Statement",
    "StatementVersion",
]
