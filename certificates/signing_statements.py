"""A verb: signing a statement, such as a code of ethics."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format

from certificates.exceptions import DetailNeeded, NamesDiffer, TextChanged, WordingNeeded
from certificates.issuing import try_to_issue
from certificates.models import Attestation, StatementVersion, Wording
from certificates.names import validated_name
from people.folding import ALIKE_MARKS, fold
from people.models import User, lock_learner
from people.names import clean_name


def same_name(typed: str, name: str) -> bool:
    """Whether two names are the same, in any case, spacing and kind of apostrophe or hyphen."""
    return fold(typed.translate(ALIKE_MARKS)) == fold(name.translate(ALIKE_MARKS))


def check_typed_name(typed: str, learner: User) -> None:
    """Raise NamesDiffer where this is not the learner's name, and HolderHasNoName or
    NameHasNoLetter where their account has none that can be signed with."""
    validated_name(learner.full_name)
    if not same_name(typed, learner.full_name):
        raise NamesDiffer(learner.full_name)


def newest_version(
    statement_slug: str, *, at: datetime, language: str = settings.LANGUAGE_CODE
) -> StatementVersion | None:
    """The text of a statement that is to be signed now, in a language where it is there in it.

    A version is as old as its first text: a translation of an earlier one makes it no newer.
    """
    texts = list(
        StatementVersion.objects.filter(statement__slug=statement_slug, published_at__lte=at)
        .select_related("statement")
        .order_by("published_at", "pk")
    )
    first_texts: dict[str, StatementVersion] = {}
    for text in texts:
        first_texts.setdefault(text.version, text)
    if not first_texts:
        return None
    newest = list(first_texts.values())[-1]
    same = (text for text in texts if text.version == newest.version)
    return next((text for text in same if text.language == language), newest)


def signature_under(learner: User, version: StatementVersion) -> Attestation | None:
    """Somebody's signature under a version of a statement, in whichever language they signed it."""
    return Attestation.objects.filter(
        learner=learner,
        version__statement=version.statement_id,
        version__version=version.version,
    ).first()


@transaction.atomic
def sign_statement(
    learner: User,
    version: StatementVersion,
    *,
    typed_name: str,
    at: datetime,
    wording: Wording | None = None,
    whom: str = "",
    month: date | None = None,
) -> Attestation:
    """Keep a learner's signature under a statement, once, and issue what that completes.

    Where the version has wordings, the learner chooses the true one, and its words are kept.
    Signing the same version again, in whichever language, changes nothing. A name that our faces cannot print signs
    like any other: the certificate waits for a font or another spelling, the signature does
    not. Raises NamesDiffer, HolderHasNoName, NameHasNoLetter, WordingNeeded, DetailNeeded, and
    TextChanged when what they read is no longer the newest.
    """
    newest = newest_version(version.statement.slug, at=at)
    if newest is not None and newest.version != version.version:
        raise TextChanged(newest)
    check_typed_name(typed_name, learner)
    words = _words_of(version, wording, whom=whom, month=month)
    lock_learner(learner.pk)
    if signed := signature_under(learner, version):
        return signed
    attestation, signed_now = Attestation.objects.get_or_create(
        learner=learner,
        version=version,
        defaults={
            "typed_name": clean_name(typed_name),
            "signed_at": at,
            "wording": wording,
            "words": words,
        },
    )
    if signed_now:
        try_to_issue(learner, at=at)
    return attestation


def _words_of(
    version: StatementVersion, wording: Wording | None, *, whom: str, month: date | None
) -> str:
    """The words that are kept: those of a wording of this version, with what the signer added."""
    if wording is None:
        if version.wordings.exists():
            raise WordingNeeded
        return ""
    if wording.version_id != version.pk:
        raise WordingNeeded
    whom = " ".join(whom.split())
    if (wording.asks_whom and not whom) or (wording.asks_month and month is None):
        raise DetailNeeded
    month_words = month_in_words(month, version.language) if month else ""
    return wording.with_details(whom=whom, month=month_words)


def month_in_words(month: date, language: str = settings.LANGUAGE_CODE) -> str:
    """Such as “November 2026”, in the language that the statement is written in."""
    with translation.override(language):
        return date_format(month, "F Y")
