"""The people who have an account."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.names import clean_name

NAME_LENGTH = 120


def validate_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("Choose a time zone such as Europe/London."))


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. They sign in by email, in capitals or not.

    Being here can itself say something about a person's health, so nothing about an
    account is public. Erasure replaces the email and the name and ends the account.
    """

    email = models.EmailField(_("email address"), unique=True)
    full_name = models.CharField(
        _("full name"),
        max_length=NAME_LENGTH,
        help_text=_("As it should be printed on a certificate."),
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Untick this instead of deleting the account; the person cannot sign in."),
    )
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    agreed_at = models.DateTimeField(_("agreed to the terms"), null=True, editable=False)
    # Only `lock_learner` writes it.
    evidence_number = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_email",
                violation_error_message=_("There is already an account with this email address."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()
        self.full_name = clean_name(self.full_name)
        if not self.full_name:
            raise ValidationError({"full_name": _("Type a name with at least one letter.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        self.full_name = clean_name(self.full_name)
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ", 1)[0]

    @property
    def is_staff(self) -> bool:
        """Whether this person may open the staff pages. It costs two queries the first time."""
        return self.is_active and self.has_perm("wagtailadmin.access_admin")


def display_name(user: User) -> str:
    return user.full_name


def lock_learner(user_id: int) -> None:
    """Lock a learner's row until the transaction ends, so that evidence is added one at a time.

    Call it inside the transaction and before the evidence is read. On PostgreSQL it waits for
    the transaction that holds the lock, so that this one reads what that one wrote. It is an
    UPDATE and not SELECT FOR UPDATE, which SQLite lacks: see decision 0004.
    """
    User.objects.filter(pk=user_id).update(evidence_number=models.F("evidence_number") + 1)


class SetAsideFormQuerySet(models.QuerySet["SetAsideForm"]):
    def newest_first(self) -> SetAsideFormQuerySet:
        return self.order_by("-set_aside_at", "pk")


class SetAsideForm(models.Model):
    """What was sent from a page of somebody who was not signed in any more, for them alone.

    It may hold private words, and no page shows it to anyone else, staff included. It is deleted
    when it is sent again, let go, or a month old. Erasure deletes it with the account's words.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, related_name="set_aside_forms", editable=False)
    address = models.TextField(editable=False)
    page = models.TextField(editable=False)
    fields = models.JSONField(editable=False)
    file_names = models.JSONField(default=list, editable=False)
    set_aside_at = models.DateTimeField(editable=False)

    objects = SetAsideFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("form set aside")
        verbose_name_plural = _("forms set aside")
        indexes = [models.Index(fields=["owner", "-set_aside_at"], name="set_aside_of_owner")]

    def __str__(self) -> str:
        return str(self.pk)
