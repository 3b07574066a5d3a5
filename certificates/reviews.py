"""Verbs: putting a credential on the registrars' list, and deciding what becomes of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from assessments.models import Attempt, Remarking, Result
from certificates.approvals import Approval
from certificates.exceptions import ChangedMeanwhile, ReasonNeeded
from certificates.models import Credential, CredentialEvent, CredentialReview
from certificates.revoking import revoke, suspend
from people.act_kinds import ActKind
from people.acts import record_act
from people.models import User

Decision = CredentialReview.Decision


def raise_reviews(
    attempt: Attempt, *, before: Result, after: Result, remarking: Remarking, at: datetime
) -> int:
    """Put what rests on a lost pass on the registrars' list. Gives how many credentials do.

    Call it inside the transaction of the new result. No credential is changed.
    """
    if after.passed or not before.passed or _passes_otherwise(attempt):
        return 0
    credentials = list(_resting_on(attempt))
    CredentialReview.objects.bulk_create(
        [
            CredentialReview(
                credential=credential,
                remarking=remarking,
                before=before,
                after=after,
                raised_at=at,
            )
            for credential in credentials
        ],
        ignore_conflicts=True,
    )
    return len(credentials)


def _passes_otherwise(attempt: Attempt) -> bool:
    """Whether the learner passes the same quiz by another attempt."""
    later = Result.objects.filter(attempt=OuterRef("attempt"), number__gt=OuterRef("number"))
    passes = Result.objects.filter(
        attempt__enrolment__learner=attempt.enrolment.learner_id,
        attempt__quiz=attempt.quiz_id,
        passed=True,
    )
    return passes.exclude(attempt=attempt).exclude(Exists(later)).exists()


def _resting_on(attempt: Attempt) -> QuerySet[Credential]:
    """The credentials of a learner whose awards ask for a quiz, or for the course around it.

    Those issued before it was passed do not rest on it. Those that were revoked are over; so
    are those that were replaced or renewed, whose place another took.
    """
    passed_at = Result.objects.filter(attempt=attempt, passed=True).aggregate(Min("marked_at"))
    over = CredentialEvent.objects.filter(
        credential=OuterRef("pk"), kind__in=["replaced", "renewed"]
    )
    asks_for_it = Q(award__requirements__quiz=attempt.quiz_id) | Q(
        award__requirements__course__translation_key=attempt.enrolment.course_key
    )
    return (
        Credential.objects.filter(asks_for_it, holder=attempt.enrolment.learner_id)
        .filter(issued_at__gte=passed_at["marked_at__min"])
        .exclude(Exists(over))
        .not_revoked()
        .distinct()
    )


@transaction.atomic
def decide_review(
    review: CredentialReview,
    decision: Decision,
    *,
    by: User,
    reason: str,
    at: datetime,
    explanation: str = "",
    last_seen: int | None = None,
    approval: Approval | None = None,
) -> None:
    """Record what a registrar decides, and suspend or revoke where that is the decision.

    `explanation` is what the holder reads of a suspension or a revocation. Raises ReasonNeeded, ChangedMeanwhile when it was decided already, and what `suspend` and
    `revoke` raise; then nothing is written.
    """
    if not reason.strip():
        raise ReasonNeeded
    undecided = CredentialReview.objects.undecided().filter(pk=review.pk)
    decided = undecided.update(
        decision=decision, decided_by=by, decided_at=at, reason=reason.strip()
    )
    if not decided:
        raise ChangedMeanwhile
    holder_id = review.credential.holder_id
    record_act(ActKind.REVIEW_DECIDED, review, by=by, person=holder_id, at=at)
    verbs = {Decision.SUSPENDED: suspend, Decision.REVOKED: revoke}
    if verb := verbs.get(decision):
        verb(
            review.credential,
            by=by,
            reason=reason,
            at=at,
            explanation=explanation,
            last_seen=last_seen,
            approval=approval,
        )
