"""Organisations that check certificates, and who belongs to them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from people.models import User

ORGANISATION_NAME_LENGTH = 80


class Role(models.TextChoices):
    """What somebody may do in an organisation."""

    OWNER = "owner", _("owner")
    MEMBER = "member", _("member")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of(self, person: User) -> Self:
        """Those that somebody belongs to, by name."""
        return self.filter(memberships__person=person).order_by("name", "pk")


class Organisation(models.Model):
    """A body that checks certificates. It sees of them what any stranger with a number sees.

    It is about nobody: erasure leaves it as it is, gives it to its longest member where its only
    owner is gone, and ends it where nobody is left.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(_("name of the organisation"), max_length=ORGANISATION_NAME_LENGTH)
    made_at = models.DateTimeField(_("made"), editable=False)
    # How many numbers its keys asked for on the day that they last asked. One statement counts.
    counted_on = models.DateField(null=True, editable=False)
    counted = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects: ClassVar[models.Manager[Organisation]] = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisations:organisation", args=[self.pk])


class MembershipQuerySet(models.QuerySet["Membership"]):
    def owners(self) -> Self:
        return self.filter(role=Role.OWNER)

    def longest_first(self) -> Self:
        return self.order_by("joined_at", "pk")

    def to_tell(self) -> Self:
        """Those who became the owner because the only one was erased, and who were not told."""
        rows = self.owners().filter(told_at=None, person__is_active=True)
        return rows.exclude(inherited_at=None)


class Membership(models.Model):
    """That somebody belongs to an organisation, and as what. Erasure deletes it."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships", editable=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", editable=False
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    joined_at = models.DateTimeField(_("joined"), editable=False)
    # When they became the owner because the only one was erased, and when a letter said so.
    inherited_at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[Membership]] = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership of an organisation")
        verbose_name_plural = _("memberships of organisations")
        indexes = [
            models.Index(
                fields=["inherited_at"],
                condition=models.Q(told_at=None) & ~models.Q(inherited_at=None),
                name="heirs_to_tell",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], name="one_membership_in_an_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.role}"

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER


class OrganisationInvitationQuerySet(models.QuerySet["OrganisationInvitation"]):
    def open(self, at: datetime) -> Self:
        """Those that may still be accepted."""
        return self.filter(ends_at__gt=at)

    def to_addresses(self, addresses: Any) -> Self:
        return self.filter(email__in=addresses)

    def not_sent(self, at: datetime) -> Self:
        """Those whose letter is owed."""
        return self.filter(sent_at=None, ends_at__gt=at)


class OrganisationInvitation(models.Model):
    """That an owner asks whoever has an address to join. Gone when it is answered or ends.

    Whether the address has an account is asked only of who accepts it. Erasure deletes it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="invitations", editable=False
    )
    email = models.EmailField(_("email address"), db_index=True)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    # The language of the letter: that of whoever invites.
    language = models.CharField(max_length=10, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    invited_at = models.DateTimeField(_("invited"), editable=False)
    ends_at = models.DateTimeField(_("ends"), editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[OrganisationInvitation]] = (
        OrganisationInvitationQuerySet.as_manager()
    )

    class Meta:
        verbose_name = _("invitation to an organisation")
        verbose_name_plural = _("invitations to organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"], name="one_invitation_of_an_address"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def in_use(self) -> Self:
        return self.filter(ended_at=None)


class ApiKey(models.Model):
    """A key by which a program of an organisation asks. It is shown once, and kept as a hash.

    It is about nobody; who made it is a number after an erasure.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="api_keys", editable=False
    )
    name = models.CharField(_("what it is for"), max_length=60)
    # What it is found by, and what its holder knows it by.
    prefix = models.CharField(_("begins with"), max_length=12, unique=True, editable=False)
    # The secret is 32 random bytes, so that one round of SHA-256 is enough.
    sha256 = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField(_("made"), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    objects: ClassVar[models.Manager[ApiKey]] = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key for programs")
        verbose_name_plural = _("keys for programs")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
