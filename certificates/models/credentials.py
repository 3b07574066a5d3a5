"""The lasting record of an award that was issued, and what happened to it since.

Erasure withdraws it: the name and the file go, and the number stays, which is never given out
again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from certificates.designs import DEFAULT_DESIGN
from certificates.hours import Hours
from certificates.models.awards import Award
from certificates.models.daily_roots import DailyRoot
from certificates.models.issuers import Issuer, IssuerMark
from certificates.models.keys import SealKey
from certificates.models.renewal_evidence import RenewalEvidence
from certificates.models.requests import HolderRequest
from certificates.models.signatories import SignatorySet
from certificates.numbers import formatted
from certificates.public_view import PublicView
from certificates.standing import Standing
from people.models import NAME_LENGTH, SEARCH_WORDS_LENGTH, User, search_words_of

WITHDRAWN_NAME = ""
"""The name of a credential that was withdrawn because its holder was erased. No other has none."""


class CredentialQuerySet(models.QuerySet["Credential"]):
    def held_by(self, person: User) -> Self:
        return self.filter(holder=person)

    def with_problem(self) -> Self:
        """Those whose certificate cannot be rendered as they stand."""
        return self.filter(pdf="").exclude(pdf_problem="").exclude(name=WITHDRAWN_NAME)

    def not_announced(self) -> Self:
        """Those whose holder has not been written to."""
        return self.exclude(pdf="").filter(announced_at=None)

    def to_prepare(self) -> Self:
        """Those whose certificate is to be rendered, or announced to their holder."""
        credentials = Credential.objects.order_by()
        not_rendered = credentials.filter(pdf="").values("pk")
        not_told = credentials.filter(announced_at=None, holder__is_active=True)
        not_announced = not_told.not_revoked().values("pk")
        # As one list: with two lists PostgreSQL looks each credential there is up in each.
        owed = self.filter(pk__in=not_rendered.union(not_announced), pdf_problem="")
        return owed.exclude(name=WITHDRAWN_NAME)

    def to_sign(self) -> Self:
        """Those that are to be signed as a badge."""
        return self.filter(badge_made_at=None).exclude(name=WITHDRAWN_NAME)

    def not_revoked(self) -> Self:
        """Those that were not revoked, or whose revocation was undone."""
        with_last = self.alias(last_revocation=_last_event("revoked", "reinstated"))
        return with_last.filter(~Q(last_revocation="revoked") | Q(last_revocation=None))

    def with_notices_due(self) -> Self:
        """Those whose holder is to be told of a change of standing, of a request's answer, or of
        something that they entered and that was asked back."""
        changed = CredentialEvent.objects.notice_due().order_by().values("credential")
        answered = HolderRequest.objects.notice_due().order_by().values("credential")
        asked_back = RenewalEvidence.objects.notice_due().order_by().values("credential")
        # As one list: with three lists PostgreSQL looks each credential there is up in each.
        return self.filter(pk__in=changed.union(answered, asked_back))

    def not_leased(self, at: datetime) -> Self:
        """Those that no worker has a lease on."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lte=at))

    def with_standing(self) -> Self:
        """With all that `standing_of` reads: one query more, however many there are."""
        return self.select_related("issuer").prefetch_related("events")

    def standing_as(self, standing: Standing, *, at: datetime) -> Self:
        """Those of one standing, by the same order of gravity as `standing`."""
        expired = Q(pk=None)
        for issuer in Issuer.objects.all():
            expired |= Q(issuer=issuer, expires_on__lt=issuer.date_at(at))
        return self.annotate(
            last_revocation=_last_event("revoked", "reinstated"),
            last_suspension=_last_event("suspended", "restored"),
            standing_word=Case(
                When(_has_event("withdrawn"), then=Value("withdrawn")),
                When(last_revocation="revoked", then=Value("revoked")),
                When(_has_event("replaced"), then=Value("replaced")),
                When(last_suspension="suspended", then=Value("suspended")),
                When(_has_event("renewed"), then=Value("renewed")),
                When(expired, then=Value("expired")),
                default=Value("current"),
            ),
        ).filter(standing_word=standing.value)


def _has_event(kind: str) -> Exists:
    """Whether an event of a kind was ever recorded of a credential."""
    return Exists(CredentialEvent.objects.filter(credential=OuterRef("pk"), kind=kind))


def _last_event(*kinds: str) -> Subquery:
    """The kind of the last event of some kinds, or None."""
    events = CredentialEvent.objects.filter(credential=OuterRef("pk"), kind__in=kinds)
    return Subquery(events.order_by("-number").values("kind")[:1])


def certificate_storage() -> Any:
    return storages["certificates"]


class Credential(models.Model):
    """An award issued to one person: a lasting record, frozen when it is issued.

    Everything printed stands in this row as it was on the day. Later edits to the person,
    the award, the course or the template change none of it. Only what becomes of it is
    added: its events, its stored file, that the holder was notified, and what the holder lets
    strangers see of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # Eleven random symbols and one that checks them: see numbers.py.
    code = models.CharField(max_length=12, unique=True, editable=False)
    prefix = models.CharField(max_length=5, editable=False)
    holder = models.ForeignKey(User, models.PROTECT, related_name="credentials", editable=False)
    award = models.ForeignKey(Award, models.PROTECT, related_name="credentials", editable=False)
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="credentials", editable=False)
    # Which renewal of the award it is, and which correction of that.
    cycle = models.PositiveSmallIntegerField(default=1, editable=False)
    correction = models.PositiveSmallIntegerField(default=0, editable=False)

    name = models.CharField(_("name as printed"), max_length=NAME_LENGTH, editable=False)
    # The name as it is searched for. Worked out from it, and never shown.
    search_words = models.CharField(
        max_length=SEARCH_WORDS_LENGTH, blank=True, db_index=True, editable=False
    )
    award_name = models.CharField(_("award"), max_length=200, editable=False)
    description = models.TextField(editable=False)
    limits = models.TextField(blank=True, editable=False)
    issuer_name = models.CharField(_("issuer"), max_length=200, editable=False)
    mark = models.ForeignKey(
        IssuerMark, models.PROTECT, null=True, related_name="+", editable=False
    )
    signatory_name = models.CharField(max_length=120, editable=False)
    signatory_role = models.CharField(max_length=120, editable=False)
    # All who signed it, with their signatures. The first of them is named above, too. None where
    # the issuer names one person only and has no signature of theirs.
    signatories = models.ForeignKey(
        SignatorySet, models.PROTECT, null=True, related_name="+", editable=False
    )
    minutes = models.PositiveIntegerField(default=0, editable=False)
    # The sum that the minutes were estimated from, as `StudyTime.to_json` gives it. Empty where
    # somebody attested them, and on credentials from before hours were counted.
    study = models.JSONField(default=dict, blank=True, editable=False)
    hours_attested_by = models.CharField(max_length=120, blank=True, editable=False)
    # [{"code": "LI1", "name": "Be present", "group": "Listening", "assessed": true}, …]
    competencies = models.JSONField(default=list, editable=False)
    # [{"requirement": "Pass this quiz: …", "met_on": "2026-11-23"}, …], or a registrar’s words.
    evidence = models.JSONField(default=list, editable=False)
    # The award's own language, which all of it is printed in.
    language = models.CharField(max_length=10, default="en", editable=False)
    # The design it is rendered in, and which version of that: see designs/.
    design = models.CharField(max_length=40, default=DEFAULT_DESIGN, editable=False)
    template_version = models.PositiveSmallIntegerField(default=1, editable=False)

    issued_at = models.DateTimeField(editable=False)
    issued_on = models.DateField(_("issued"), editable=False)
    expires_on = models.DateField(_("valid until"), null=True, editable=False)
    # What its holder lets strangers see. One that takes its place begins with the same.
    public_view = models.CharField(
        max_length=10,
        choices=PublicView.choices,
        default=PublicView.PRINTED,
        db_default=PublicView.PRINTED,
        editable=False,
    )
    # The one that it replaced or renewed. An event of that one says which, by whom and why.
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="followed_by", editable=False
    )

    pdf = models.FileField(storage=certificate_storage, blank=True, editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    pdf_made_at = models.DateTimeField(null=True, editable=False)
    # None on files from before there were keys, and where the site seals none.
    sealed_by = models.ForeignKey(
        SealKey, models.PROTECT, null=True, related_name="+", editable=False
    )
    # Whether a service attested when it was sealed. Such a file cannot be made again.
    timestamped = models.BooleanField(default=False, editable=False)
    # What the key of the seal signed it with. A token or a service gives another one each time, so a
    # lost file is made again with this one. Empty on files from before.
    seal_signature = models.BinaryField(default=b"", db_default=b"", editable=False)
    # The badge that its file carries inside. None on files from before there were any, and where
    # no key signed one in time: such a file has none, even when a badge is signed later.
    attached = models.ForeignKey(
        "certificates.Badge", models.PROTECT, null=True, related_name="+", editable=False
    )
    pdf_problem = models.TextField(_("why it has no certificate"), blank=True, editable=False)
    announced_at = models.DateTimeField(null=True, editable=False)
    # When it was signed as a badge. None where that is still to do.
    badge_made_at = models.DateTimeField(null=True, editable=False)
    # The root of the day that its file is under: see daily_roots/.
    daily_root = models.ForeignKey(
        DailyRoot, models.PROTECT, null=True, related_query_name="credential", editable=False
    )
    # A worker that renders its file or writes to its holder takes a lease first. After the
    # lease another may begin: the first one died.
    leased_until = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[Credential]] = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at"]
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        indexes = [
            # The register, by the date of issue: its latest page, and a year of it.
            models.Index(fields=["issued_on", "issued_at"], name="register_by_date"),
            # A sweep asks for these each minute. Nearly always there are none.
            models.Index(fields=["issued_at"], condition=Q(pdf=""), name="not_rendered"),
            models.Index(
                fields=["issued_at"], condition=Q(announced_at=None), name="not_announced"
            ),
            models.Index(fields=["issued_at"], condition=Q(badge_made_at=None), name="not_signed"),
            models.Index(
                fields=["pdf_made_at"],
                condition=Q(daily_root=None) & ~Q(pdf_sha256=""),
                name="not_under_a_root",
            ),
            # Of its unique index nearly every entry is NULL, and a database that counted them
            # thinks it useless.
            models.Index(fields=["follows"], condition=~Q(follows=None), name="followed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "award", "cycle", "correction"], name="one_credential_per_cycle"
            )
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_words = search_words_of(self.name)
        super().save(*args, **kwargs)

    @property
    def number(self) -> str:
        """As it is printed, such as PSW-7K3M-QX9R-4TWK."""
        return formatted(self.prefix, self.code)

    @property
    def signed_by(self) -> list[dict[str, str]]:
        """Who signed it, each with name and role."""
        if self.signatories is None:
            return [{"name": self.signatory_name, "role": self.signatory_role}]
        people: list[dict[str, str]] = self.signatories.people
        return people

    @property
    def hours(self) -> Hours:
        """The hours that it shows, with what they rest on."""
        return Hours.frozen(self.minutes, self.study, self.hours_attested_by)


class CredentialEventQuerySet(models.QuerySet["CredentialEvent"]):
    def notice_due(self) -> Self:
        """Those that the holder is still to be notified of."""
        return self.filter(notify_holder=True, notified_at=None, credential__holder__is_active=True)


class CredentialEvent(models.Model):
    """Something that happened to a credential: when, by whom, and why. Never edited.

    The reason is for staff and auditors, and never shown in public. Only `notified_at` is
    added later. An issue needs no notice of its own, because the email that the certificate is
    ready tells of it; nor does a replacement or a renewal, of which the email about the new
    certificate tells; nor does a change from before there were notices.
    """

    class Kind(models.TextChoices):
        ISSUED = "issued", _("Issued")
        SUSPENDED = "suspended", _("Suspended")
        RESTORED = "restored", _("Restored")
        REVOKED = "revoked", _("Revoked")
        REINSTATED = "reinstated", _("Revocation undone")
        REPLACED = "replaced", _("Replaced")
        RENEWED = "renewed", _("Renewed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField(editable=False)
    kind = models.CharField(_("event"), max_length=20, choices=Kind.choices, editable=False)
    at = models.DateTimeField(_("when"), editable=False)
    # None is the site itself, when the last requirement was met.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    # The other registrar who approved it, where the site asks for one.
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    reason = models.TextField(_("reason"), blank=True, editable=False)
    # The grounds in words for the holder, who alone reads them, signed in.
    explanation = models.TextField(_("what the holder reads"), blank=True, editable=False)
    notify_holder = models.BooleanField(default=False, editable=False)
    notified_at = models.DateTimeField(_("holder told"), null=True, editable=False)

    objects: ClassVar[models.Manager[CredentialEvent]] = CredentialEventQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("credential event")
        indexes = [
            # A sweep asks this each minute, over all events there ever were.
            models.Index(
                fields=["credential"],
                condition=Q(notify_holder=True, notified_at=None),
                name="notices_due",
            )
        ]
        constraints = [
            # Two registrars at once: the second finds the number taken.
            models.UniqueConstraint(fields=["credential", "number"], name="events_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"

    @property
    def deciders(self) -> set[int]:
        """Who decided it, by number: whoever did it, and whoever approved it."""
        return {key for key in (self.actor_id, self.approved_by_id) if key is not None}
