"""Whether a decision about a credential may be contested, until when, and by whom that is decided. Pure.

A suspension or a revocation is a notice. Its holder may write their side of it for `ANSWER_DAYS`;
a registrar who did not decide looks at it again within `DECIDE_DAYS`. Where the answer is no, the
holder may appeal for `APPEAL_WORKING_DAYS` working days, to a registrar who decided neither time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from certificates.appealing_exceptions import DecidedBefore, NothingToContest, TooLateToContest
from certificates.exceptions import CannotBeDone
from certificates.models import CredentialEvent, HolderRequest, Issuer
from certificates.standing import is_revoked, is_suspended

ANSWER_DAYS = 30
DECIDE_DAYS = HolderRequest.DECIDE_DAYS
APPEAL_WORKING_DAYS = 10
WORKING_DAYS_A_WEEK = 5

Kind = HolderRequest.Kind
EventKind = CredentialEvent.Kind
CONTESTED = (Kind.REVIEW, Kind.APPEAL)
"""What a holder asks for when they think that a decision is wrong."""
ENDS = {EventKind.RESTORED, EventKind.REINSTATED}
"""The events by which a contest is won."""


@dataclass(frozen=True)
class Contest:
    """What a holder may ask for next about a decision, and the last day for it."""

    kind: Kind
    until: date


def decision_behind(events: Iterable[CredentialEvent]) -> CredentialEvent | None:
    """The suspension or revocation that holds now, or None."""
    rows = sorted(events, key=lambda event: event.number)
    kinds = [event.kind for event in rows]
    kind = EventKind.REVOKED if is_revoked(kinds) else EventKind.SUSPENDED
    if not is_revoked(kinds) and not is_suspended(kinds):
        return None
    return next(event for event in reversed(rows) if event.kind == kind)


def contest_of(
    events: Iterable[CredentialEvent], requests: Iterable[HolderRequest], issuer: Issuer
) -> Contest | None:
    """What a holder may ask for next, or None where nothing is left, or an answer is to come."""
    event = decision_behind(events)
    if event is None:
        return None
    contests = _contests_of(event, requests)
    if not contests:
        notice_on = issuer.date_at(event.at)
        return Contest(Kind.REVIEW, notice_on + timedelta(days=ANSWER_DAYS))
    last = contests[-1]
    if last.kind == Kind.REVIEW and last.decided_at is not None:
        answered_on = issuer.date_at(last.decided_at)
        return Contest(Kind.APPEAL, working_days_after(answered_on, APPEAL_WORKING_DAYS))
    return None


def _contests_of(event: CredentialEvent, requests: Iterable[HolderRequest]) -> list[HolderRequest]:
    """What was asked about a decision since it was made, in its order."""
    since = [each for each in requests if each.kind in CONTESTED and each.asked_at >= event.at]
    return sorted(since, key=lambda each: each.asked_at)


def contest_problem(contest: Contest | None, *, on: date) -> CannotBeDone | None:
    """Why a decision cannot be contested on a day, or None when it can."""
    if contest is None:
        return NothingToContest()
    return TooLateToContest(contest.until) if on > contest.until else None


def decider_problem(
    request: HolderRequest,
    events: Iterable[CredentialEvent],
    requests: Iterable[HolderRequest],
    *,
    decider_id: int,
) -> DecidedBefore | None:
    """Why somebody may not decide about a review or an appeal, or None when they may.

    Whoever made the decision or approved it does not; nor, of an appeal, whoever answered the
    review.
    """
    event = decision_behind(events)
    if request.kind not in CONTESTED or event is None:
        return None
    earlier = {each.decided_by_id for each in _contests_of(event, requests) if each.decision}
    return DecidedBefore() if decider_id in {*event.deciders, *earlier} else None


def working_days_after(day: date, number: int) -> date:
    """So many days later, without Saturdays and Sundays. Of holidays nothing is known here."""
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < WORKING_DAYS_A_WEEK
    return day
