"""The people who have an account, and what is kept of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self
from unicodedata import normalize
from uuid import uuid4
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.act_kinds import ActKind
from people.folding import fold_for_search, plain, plain_address
from people.models.organisations import (
    ApiKey,
    Membership,
    Organisation,
    OrganisationInvitation,
)
from people.names import clean_name

__all__ = [
    "NAME_LENGTH",
    "SEARCH_WORDS_LENGTH",
    "Act",
    "ActIsNeverChanged",
    "ActQuerySet",
    "ApiKey",
    "Erasure",
    "ErasureQuerySet",
    "Letter",
    "LetterQuerySet",
    "Membership",
    "Organisation",
    "OrganisationInvitation",
    "SetAsideForm",
    "SetAsideFormQuerySet",
    "User",
    "UserManager",
    "display_name",
    "lock_learner",
    "search_words_of",
    "validate_time_zone",
    "words_sought",
]

NAME_LENGTH = 120
SEARCH_WORDS_LENGTH = 400


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
        return self.get(email=plain_address(email or ""))


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
    # The name and the address as they are searched for: see `search_words_of`.
    search_words = models.CharField(
        max_length=SEARCH_WORDS_LENGTH, blank=True, db_index=True, editable=False
    )
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    agreed_at = models.DateTimeField(_("agreed to the terms"), null=True, editable=False)
    # When the person was taken out of it. What is left holds no name and no address.
    erased_at = models.DateTimeField(null=True, editable=False)
    # Only `lock_learner` writes it.
    evidence_number = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    stored_access: tuple[bool, bool] = (False, True)
    """Whether the stored row is an administrator's, and active; of a new one, what nobody notes."""

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
        indexes = [
            # Few at any time: those who signed up and have not confirmed their address yet.
            models.Index(
                fields=["agreed_at"],
                condition=Q(erased_at=None, last_login=None),
                name="accounts_not_confirmed",
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = plain_address(self.email)
        self.full_name = clean_name(self.full_name)
        if not self.full_name:
            raise ValidationError({"full_name": _("Type a name with at least one letter.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = plain_address(self.email)
        self.full_name = clean_name(self.full_name)
        self.search_words = search_words_of(self.full_name, self.email)
        fields = kwargs.get("update_fields")
        if fields is not None and {"full_name", "email"} & set(fields):
            kwargs["update_fields"] = {*fields, "search_words"}
        super().save(*args, **kwargs)

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        user = super().from_db(*args, **kwargs)
        user.note_access()
        return user

    def note_access(self, saved: Iterable[str] = ("is_superuser", "is_active")) -> None:
        """Note what the stored row says of access now; what was not read is left as it is."""
        read = self.__dict__
        was_superuser, was_active = self.stored_access
        self.stored_access = (
            read.get("is_superuser", was_superuser) if "is_superuser" in saved else was_superuser,
            read.get("is_active", was_active) if "is_active" in saved else was_active,
        )

    def set_password(self, raw_password: str | None) -> None:
        """As Django's, for a password that is the same from whatever keyboard it comes."""
        super().set_password(None if raw_password is None else plain(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password, in whatever form a system sends its accents.

        One that was set before passwords were folded is tried as it was sent, too.
        """
        if raw_password is None:
            return False
        forms = [plain(raw_password), raw_password]
        forms += [normalize("NFC", raw_password), normalize("NFD", raw_password)]
        return any(super(User, self).check_password(each) for each in dict.fromkeys(forms))

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ", 1)[0]

    @property
    def is_staff(self) -> bool:
        """Whether this person may open the staff pages. It costs two queries the first time."""
        return self.is_active and self.has_perm("wagtailadmin.access_admin")


def search_words_of(*texts: str) -> str:
    """What is stored beside some texts, so that every database finds them alike."""
    return fold_for_search(" ".join(texts))[:SEARCH_WORDS_LENGTH]


def words_sought(typed: str) -> list[str]:
    """The words of what somebody typed to find a person, folded as `search_words` are; ten at most."""
    return fold_for_search(typed).split()[:10]


def display_name(user: User) -> str:
    return user.full_name


# For each start and each hand-in. A queryset for it costs six times as much.
_LOCK_LEARNER = "UPDATE people_user SET evidence_number = evidence_number + 1 WHERE id = %s"


def lock_learner(user_id: int) -> None:
    """Lock a learner's row until the transaction ends, so that evidence is added one at a time.

    Call it inside the transaction and before the evidence is read. On PostgreSQL it waits for
    the transaction that holds the lock, so that this one reads what that one wrote. It is an
    UPDATE and not SELECT FOR UPDATE, which SQLite lacks: see decision 0004.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_LEARNER, [user_id])


class SetAsideFormQuerySet(models.QuerySet["SetAsideForm"]):
    def newest_first(self) -> SetAsideFormQuerySet:
        return self.order_by("-set_aside_at", "pk")


class SetAsideForm(models.Model):
    """What was sent from somebody's page and could not be taken, kept for them alone.

    Nobody was signed in by then, or somebody else was, or what it was sent to was gone or closed to
    them. Which of the three it was is noted, to say so truly.

    It may hold private words, and no page shows it to anyone else, staff included. It is deleted
    when it is sent again, let go, or a month old. Erasure deletes it with the account's words.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, related_name="set_aside_forms", editable=False)
    address = models.TextField(editable=False)
    page = models.TextField(editable=False)
    page_stamp = models.TextField(default="", db_default="", editable=False)
    fields = models.JSONField(editable=False)
    file_names = models.JSONField(default=list, editable=False)
    set_aside_at = models.DateTimeField(editable=False)
    was_somebody_else_here = models.BooleanField(default=False, editable=False)
    was_turned_away = models.BooleanField(default=False, db_default=False, editable=False)

    objects = SetAsideFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("form set aside")
        verbose_name_plural = _("forms set aside")
        indexes = [models.Index(fields=["owner", "-set_aside_at"], name="set_aside_of_owner")]

    def __str__(self) -> str:
        return str(self.pk)


class LetterQuerySet(models.QuerySet["Letter"]):
    def given_up(self) -> Self:
        """Those that could not be sent, after every try."""
        return self.exclude(given_up_at=None)

    def still_tried(self) -> Self:
        """Those that have not been sent, and not been given up."""
        return self.filter(sent_at=None, given_up_at=None)

    def resting(self, at: datetime) -> Self:
        """Those that are not to be tried now: given up, or between two tries."""
        waiting = models.Q(next_try_at__gt=at) | ~models.Q(given_up_at=None)
        return self.filter(waiting, sent_at=None)

    def owed(self, at: datetime) -> Self:
        """Those to be tried now."""
        return self.filter(sent_at=None, given_up_at=None, next_try_at__lte=at)


class Letter(models.Model):
    """One email about one thing: how often it was tried, and what became of it.

    Neither its words nor the address are stored: `recipient` is a keyed hash of the address, by
    which the letters of a day are counted. Erasure deletes it.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("about the account")
        INVITATION = "invitation", _("an invitation")
        CERTIFICATE = "certificate", _("a certificate is ready")
        CHANGE = "change", _("a credential changed")
        ANSWER = "answer", _("an answer to a request")
        REMARK = "remark", _("a result was looked at again")
        SCHEDULE = "schedule", _("something was not published")
        PRACTICE = "practice", _("something to practise came back")
        RENEWAL = "renewal", _("about a renewal")
        WATCHING = "watching", _("about watching")
        ORGANISATION = "organisation", _("about an organisation")

    thing = models.CharField(max_length=100, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, editable=False)
    person = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="letters", editable=False
    )
    recipient = models.CharField(max_length=32, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    first_tried_at = models.DateTimeField(_("first tried"), editable=False)
    next_try_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    given_up_at = models.DateTimeField(_("given up"), null=True, editable=False)
    # The type of the last error. Its text may name the address.
    problem = models.CharField(max_length=80, blank=True, editable=False)

    objects: ClassVar[models.Manager[Letter]] = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [
            models.Index(fields=["sent_at"], name="letters_by_hour"),
            models.Index(fields=["recipient", "sent_at"], name="letters_by_recipient"),
            models.Index(
                fields=["first_tried_at"],
                condition=models.Q(sent_at=None),
                name="letters_not_sent",
            ),
        ]

    def __str__(self) -> str:
        return self.thing


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def waiting(self) -> ErasureQuerySet:
        """Those that signing in still undoes."""
        return self.filter(begun_at=None)

    def due(self, at: datetime) -> ErasureQuerySet:
        """Those whose pause is over, or that were begun and are not done."""
        return self.filter(Q(begun_at__isnull=False) | Q(due_at__lte=at), erased_at=None)


class Erasure(models.Model):
    """That an account is to be erased, how far that is, and that it was done. It holds no name.

    An account is known again by its number and the moment it was made: after a backup was
    restored the same number may be given to somebody else. It is kept for ever, so that a backup
    that is put back is cleaned again.
    """

    person_id = models.PositiveBigIntegerField(editable=False)
    joined_at = models.DateTimeField(editable=False)
    asked_at = models.DateTimeField(editable=False)
    due_at = models.DateTimeField(editable=False)
    begun_at = models.DateTimeField(null=True, editable=False)
    done_steps = models.JSONField(default=list, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "joined_at"], name="one_erasure_of_an_account"
            )
        ]
        indexes = [
            # The scheduler asks this again and again, over all there ever were.
            models.Index(fields=["due_at"], condition=Q(erased_at=None), name="erasures_to_be_done")
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class ActIsNeverChanged(Exception):
    """An act in the log was to be changed or deleted, which the database refuses too."""


class ActQuerySet(models.QuerySet["Act"]):
    """Acts are added one after the other, and only read from then on."""

    def update(self, **values: Any) -> int:
        raise ActIsNeverChanged

    def delete(self) -> tuple[int, dict[str, int]]:
        raise ActIsNeverChanged

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise ActIsNeverChanged


class Act(models.Model):
    """Something that somebody did and that counts: who, what, on what, when. Never edited.

    It holds ids alone, no name and no words, and outlives whom it names: after an erasure the id
    leads to an account without a name. `hash` joins it to the act before: see acts.py, the only
    code that writes it.
    """

    number = models.PositiveBigIntegerField(_("number"), primary_key=True, editable=False)
    at = models.DateTimeField(_("when"), editable=False)
    kind = models.CharField(_("what"), max_length=40, choices=ActKind.choices, editable=False)
    # None is the site itself.
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("who")
    )
    # Whom it concerns, where it concerns somebody: a holder, a learner.
    person = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("whom")
    )
    # The model of what it was done to, such as `assessments.quiz`, and its key.
    subject_kind = models.CharField(_("on what"), max_length=80, editable=False)
    subject_id = models.CharField(max_length=64, editable=False)
    hash = models.CharField(_("hash"), max_length=64, editable=False)

    objects = ActQuerySet.as_manager()

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["kind", "-number"], name="acts_by_kind"),
            models.Index(fields=["subject_id", "subject_kind"], name="acts_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ActIsNeverChanged
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ActIsNeverChanged
