"""Verbs: what a holder asks of the registrars, and a registrar's no.

A yes is the act itself: `replace_credential` and `renew_credential` close the request.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from certificates.appealing import Contest, contest_of, contest_problem, decider_problem
from certificates.exceptions import (
    AlreadyAnswered,
    AlreadyAsked,
    AnswerNeeded,
    CannotBeDone,
    TheirOwnCredential,
)
from certificates.following import renewal_problem
from certificates.models import Credential, CredentialEvent, HolderRequest
from certificates.names import printable_name
from certificates.renewal_exceptions import NothingToCorrect, RenewalNotComplete
from certificates.renewal_outlook import renewal_of
from certificates.revoking import change_problem
from certificates.tasks import enqueue_after_commit, notify_of_change
from people.act_kinds import ActKind
from people.acts import record_act
from people.models import User

Kind = HolderRequest.Kind


def ask_for_correction(
    credential: Credential, *, name: str, words: str, at: datetime
) -> HolderRequest:
    """Ask for a new certificate under a corrected name.

    Raises NothingToCorrect, AlreadyAsked, AlreadyFollowed, AlreadyRevoked, StillSuspended, and
    what `printable_name` raises.
    """
    name = printable_name(name)
    if name == credential.name:
        raise NothingToCorrect
    if problem := correction_problem(credential):
        raise problem
    return _ask(credential, Kind.CORRECTION, name=name, words=words, at=at)


def ask_for_renewal(credential: Credential, *, words: str, at: datetime) -> HolderRequest:
    """Ask for a credential for another term.

    Raises NeverExpires, TooEarlyToRenew, AlreadyAsked, AlreadyFollowed, AlreadyRevoked or
    StillSuspended.
    """
    if problem := renewal_request_problem(credential, at=at):
        raise problem
    return _ask(credential, Kind.RENEWAL, name="", words=words, at=at)


def contest_decision(credential: Credential, *, words: str, at: datetime) -> HolderRequest:
    """Ask for a suspension or revocation to be looked at again; after a no, appeal against it.

    Raises NothingToContest, TooLateToContest or AlreadyAsked.
    """
    contest = contest_about(credential)
    if problem := contest_problem(contest, on=credential.issuer.date_at(at)):
        raise problem
    kind = contest.kind if contest else Kind.REVIEW
    return _ask(credential, kind, name="", words=words, at=at)


def contest_about(credential: Credential) -> Contest | None:
    """What the holder may ask for next about a decision, and until when."""
    return contest_of(credential.events.all(), credential.requests.all(), credential.issuer)


def correction_problem(credential: Credential) -> CannotBeDone | None:
    """Why a corrected name cannot be asked for now, or None when it can."""
    problem = change_problem(CredentialEvent.Kind.REPLACED, _kinds(credential))
    return problem or _asked_already(credential, Kind.CORRECTION)


def renewal_request_problem(credential: Credential, *, at: datetime) -> CannotBeDone | None:
    """Why a renewal cannot be asked for now, or None when it can."""
    problem = change_problem(CredentialEvent.Kind.RENEWED, _kinds(credential))
    early = renewal_problem(credential, on=credential.issuer.date_at(at))
    first_problem = problem or early or _asked_already(credential, Kind.RENEWAL)
    return first_problem or _not_brought(credential, at=at)


def _not_brought(credential: Credential, *, at: datetime) -> RenewalNotComplete | None:
    """That the holder has something left to bring; what waits to be looked at is none of it."""
    renewal = renewal_of(credential, at=at)
    return RenewalNotComplete() if renewal and not renewal.outlook.is_brought else None


def _asked_already(credential: Credential, kind: Kind) -> AlreadyAsked | None:
    open_kinds = {each.kind for each in credential.requests.all() if not each.decision}
    return AlreadyAsked() if kind in open_kinds else None


def _kinds(credential: Credential) -> list[str]:
    return [event.kind for event in credential.events.all()]


def _ask(
    credential: Credential, kind: Kind, *, name: str, words: str, at: datetime
) -> HolderRequest:
    """Put a request on the registrars' list. Pressed twice, the second is told of the first."""
    try:
        with transaction.atomic():
            return HolderRequest.objects.create(
                credential=credential, kind=kind, name=name, words=words.strip(), asked_at=at
            )
    except IntegrityError as first:
        raise AlreadyAsked from first


@transaction.atomic
def decline_request(request: HolderRequest, *, by: User, answer: str, at: datetime) -> None:
    """Answer a request with a no, in words for the holder, who is written to.

    Raises AnswerNeeded, TheirOwnCredential, AlreadyAnswered, or DecidedBefore of a review or an
    appeal where this registrar decided before.
    """
    if not answer.strip():
        raise AnswerNeeded
    if request.credential.holder_id == by.pk:
        raise TheirOwnCredential
    events, requests = request.credential.events.all(), request.credential.requests.all()
    if problem := decider_problem(request, events, requests, decider_id=by.pk):
        raise problem
    waiting = HolderRequest.objects.open().filter(pk=request.pk)
    if not waiting.update(
        decision=HolderRequest.Decision.DECLINED,
        decided_by=by,
        decided_at=at,
        answer=answer.strip(),
    ):
        raise AlreadyAnswered
    holder_id = request.credential.holder_id
    record_act(ActKind.REQUEST_DECLINED, request, by=by, person=holder_id, at=at)
    enqueue_after_commit(notify_of_change, request.credential)
