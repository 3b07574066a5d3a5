"""What of certificates waits for a registrar, at the front of the staff pages."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from certificates.access import may_see_credentials, may_see_letters
from certificates.admin.proposals import proposals_to_decide
from certificates.models import (
    Credential,
    CredentialNote,
    CredentialReview,
    HolderRequest,
    RenewalEvidence,
)
from courses.admin.work import WorkItem
from people.models import Letter, User

DAYS_AHEAD = 7
"""How long before its day registrars are reminded that a review or an appeal is to be answered."""


def certificate_work(user: User) -> list[WorkItem]:
    """What holders ask for, credentials to decide about, and certificates that could not be made."""
    if not may_see_credentials(user):
        return []
    reviews = CredentialReview.objects.undecided().count()
    requests = HolderRequest.objects.open().count()
    evidence = RenewalEvidence.objects.to_look_at().count()
    soon = timezone.now() - timedelta(days=HolderRequest.DECIDE_DAYS - DAYS_AHEAD)
    contests = HolderRequest.objects.contests_due(soon).count()
    notes = CredentialNote.objects.due(timezone.localdate()).count()
    problems = Credential.objects.with_problem().count()
    return [
        *_letters(user),
        *proposals_to_decide(user),
        WorkItem(
            requests,
            ngettext(
                "One holder asks for a corrected name or a renewal.",
                "%(number)s holders ask for a corrected name or a renewal.",
                requests,
            )
            % {"number": requests},
            reverse("holder_requests:index"),
            is_urgent=True,
        ),
        WorkItem(
            notes,
            ngettext(
                "One suspension or note is to be looked at again.",
                "%(number)s suspensions or notes are to be looked at again.",
                notes,
            )
            % {"number": notes},
            reverse("credential_notes:index"),
            is_urgent=True,
        ),
        WorkItem(
            contests,
            ngettext(
                "One review or appeal is to be answered within a week, or late.",
                "%(number)s reviews or appeals are to be answered within a week, or late.",
                contests,
            )
            % {"number": contests},
            reverse("holder_requests:index"),
            is_urgent=True,
        ),
        WorkItem(
            evidence,
            ngettext(
                "One entry for a renewal waits to be looked at.",
                "%(number)s entries for renewals wait to be looked at.",
                evidence,
            )
            % {"number": evidence},
            reverse("renewal_evidence:index"),
            is_urgent=True,
        ),
        WorkItem(
            reviews,
            ngettext(
                "One credential rests on a result that was corrected, and waits for your decision.",
                "%(number)s credentials rest on results that were corrected, and wait for your "
                "decision.",
                reviews,
            )
            % {"number": reviews},
            reverse("credential_reviews:index"),
            is_urgent=True,
        ),
        WorkItem(
            problems,
            ngettext(
                "One certificate could not be made.",
                "%(number)s certificates could not be made.",
                problems,
            )
            % {"number": problems},
            f"{reverse('credentials:index')}?certificate=not_made",
            is_urgent=True,
        ),
    ]


def _letters(user: User) -> list[WorkItem]:
    if not may_see_letters(user):
        return []
    letters = Letter.objects.given_up().count()
    return [
        WorkItem(
            letters,
            ngettext(
                "One letter could not be sent.",
                "%(number)s letters could not be sent.",
                letters,
            )
            % {"number": letters},
            reverse("letters:index"),
            is_urgent=True,
        )
    ]
