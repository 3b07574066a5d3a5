"""What erasure does to what was earned: a credential becomes a withdrawn number without a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.models import (
    Attestation,
    Badge,
    BulkChange,
    BulkChangeLine,
    BulkIssue,
    BulkLine,
    CheckCount,
    Credential,
    CredentialEvent,
    CredentialNote,
    CredentialReview,
    Delivery,
    DigestWish,
    HolderRequest,
    Proposal,
    RenewalEvidence,
    RenewalReminder,
    RenewalRule,
    RenewalSignature,
    ShareLink,
    Watch,
    WatchEvent,
    WatchWish,
    Webhook,
)
from people.act_kinds import ActKind
from people.acts import acts_last, record_act
from people.copies import CopiedFile, add_files
from people.fates import NO_WORDS, Fate, add_step, decide, keep
from people.models import User

NUMBER = _(
    "A number is never given to anybody else. Whoever checks it reads that it was withdrawn, and "
    "no name."
)
DECISION = _("What was decided stays, with who decided it by number alone.")
REASON = _("That it was decided stays, by number alone; what was written is blanked.")


def bulk_lines_about(person: User) -> QuerySet[Any]:
    """The lines of tables about somebody, also from before they had an account."""
    return BulkLine.objects.filter(Q(person=person) | Q(email=person.email))


keep(
    _("It is what can be earned, and about nobody. Who signs for it is printed on certificates."),
    "certificates.IssuerMark",
    "certificates.Issuer",
    "certificates.SealKey",
    "certificates.Signatory",
    "certificates.SignatorySet",
    "certificates.StatusList",
    "certificates.Statement",
    "certificates.StatementVersion",
    "certificates.Wording",
    "certificates.Award",
    "certificates.AwardWords",
    "certificates.Requirement",
)
keep(
    _("It is a hash over hashes, of which nobody can tell what they are of without the file."),
    "certificates.DailyRoot",
)
keep(
    _("It says what registrars approve for each other, and nothing of anybody."),
    "certificates.ApprovalSettings",
)
decide(
    RenewalRule,
    Fate.KEEP,
    _("It is what a renewal asks for, and about nobody. Who set it is a number."),
    by=("created_by",),
    stays=("terms",),
)
decide(
    Credential,
    Fate.ANONYMISE,
    NUMBER,
    person=("holder",),
    blanks={
        "name": "",
        "search_words": "",
        "minutes": 0,
        "study": {},
        "hours_attested_by": "",
        "competencies": [],
        "evidence": [],
        "pdf": "",
        "pdf_sha256": "",
        "pdf_made_at": None,
        "pdf_problem": "",
        "seal_signature": b"",
        "leased_until": None,
    },
    # All of it is the award's, in the words of the day on which it was issued.
    stays=(
        "code",
        "prefix",
        "award_name",
        "description",
        "limits",
        "issuer_name",
        "signatory_name",
        "signatory_role",
        "language",
        "design",
        "public_view",
    ),
    files=("pdf",),
    copied=(
        "prefix",
        "code",
        "name",
        "award_name",
        "description",
        "limits",
        "issuer_name",
        "signatory_name",
        "signatory_role",
        "minutes",
        "study",
        "hours_attested_by",
        "competencies",
        "evidence",
        "language",
        "issued_at",
        "issued_on",
        "expires_on",
        "pdf_sha256",
        "announced_at",
        "public_view",
    ),
)
decide(
    Badge,
    Fate.ANONYMISE,
    _(
        "Its place in the list of standings stays, so that nobody else gets it. What was signed goes."
    ),
    person=("credential__holder",),
    blanks={"document": "", "jwt": "", "document_sha256": "", "jwt_sha256": ""},
    copied=("credential__code", "document", "jwt", "made_at"),
)
decide(
    CredentialEvent,
    Fate.ANONYMISE,
    REASON,
    person=("credential__holder",),
    by=("actor", "approved_by"),
    blanks={"reason": NO_WORDS, "explanation": NO_WORDS, "notify_holder": False},
    copied=("credential__code", "kind", "at", "explanation", "notified_at"),
)
decide(
    CredentialNote,
    Fate.ANONYMISE,
    REASON,
    person=("credential__holder",),
    by=("written_by",),
    blanks={"text": NO_WORDS},
    copied=("credential__code", "written_at", "look_again_on"),
)
decide(
    HolderRequest,
    Fate.ANONYMISE,
    REASON,
    person=("credential__holder",),
    by=("decided_by",),
    blanks={"name": "", "words": "", "answer": NO_WORDS},
    copied=("credential__code", "kind", "name", "words", "asked_at", "decision", "answer"),
)
decide(
    CredentialReview,
    Fate.ANONYMISE,
    REASON,
    person=("credential__holder",),
    by=("decided_by",),
    blanks={"reason": NO_WORDS},
    copied=("credential__code", "raised_at", "decision", "decided_at"),
)
decide(
    Proposal,
    Fate.ANONYMISE,
    REASON,
    person=("holder",),
    by=("proposed_by", "decided_by"),
    blanks={"reason": NO_WORDS, "explanation": "", "terms": {}, "answer": NO_WORDS},
    copied=("credential__code", "act", "proposed_at", "state", "decided_at"),
)
decide(
    RenewalEvidence,
    Fate.DELETE,
    _("It is what you brought for a renewal, and yours. What was renewed by it stays."),
    person=("credential__holder",),
    by=("decided_by",),
    files=("file",),
    copied=(
        "credential__code",
        "kind",
        "category",
        "title",
        "provider",
        "done_on",
        "minutes",
        "entered_at",
        "decision",
        "answer",
    ),
)
decide(
    RenewalReminder,
    Fate.DELETE,
    _("It is how you wanted something, and you want it no more."),
    person=("credential__holder",),
    stays=("stages",),
    copied=("credential__code", "stages"),
)
decide(
    Watch,
    Fate.KEEP,
    _(
        "That an organisation watches a number stays, so that it is told that the certificate was "
        "withdrawn. It says nothing of you."
    ),
    person=("credential__holder",),
    by=("added_by",),
    stays=("reason", "standing", "ended_by"),
    copied=("credential__code", "organisation__name", "reason", "added_at", "ended_at", "ended_by"),
)
decide(
    WatchWish,
    Fate.DELETE,
    _("It is how you wanted something, and you want it no more."),
    person=("person",),
    copied=("letters", "allowed"),
)
decide(
    DigestWish,
    Fate.DELETE,
    _("Nobody is to be written to any more."),
    person=("membership__person",),
    copied=("membership__organisation__name", "sent_at"),
)
decide(
    Webhook,
    Fate.KEEP,
    _("It is where a program of an organisation is told. Who set it is a number."),
    by=("set_by",),
    stays=("url", "salt"),
)
SAYS_OF_A_NUMBER = _("It says of a number what its check page says, and nothing of you.")
decide(
    WatchEvent,
    Fate.KEEP,
    SAYS_OF_A_NUMBER,
    person=("watch__credential__holder",),
    stays=("*",),
    copied=("watch__credential__code", "kind", "after", "at"),
)
decide(
    Delivery,
    Fate.KEEP,
    SAYS_OF_A_NUMBER,
    person=("event__watch__credential__holder",),
    stays=("*",),
    copied=("event__watch__credential__code", "state", "tried_at"),
)
decide(
    ShareLink,
    Fate.DELETE,
    _("A link of yours shows what is gone, so it goes."),
    person=("credential__holder",),
    copied=("credential__code", "name", "made_at", "ends_at", "stopped_at", "opened"),
)
decide(
    CheckCount,
    Fate.DELETE,
    _("How often your certificate was checked was counted for you."),
    person=("credential__holder",),
    copied=("credential__code", "month", "number"),
)
decide(
    RenewalSignature,
    Fate.ANONYMISE,
    _("That a statement was signed stays, for the counts; the name typed under it is blanked."),
    person=("credential__holder",),
    blanks={"typed_name": ""},
    copied=("credential__code", "version__statement__title", "typed_name", "signed_at"),
)
decide(
    Attestation,
    Fate.ANONYMISE,
    _("That a statement was signed stays, for the counts; the name typed under it is blanked."),
    person=("learner",),
    blanks={"typed_name": "", "words": NO_WORDS},
    copied=("version__statement__title", "version__text", "words", "typed_name", "signed_at"),
)
decide(
    BulkIssue,
    Fate.KEEP,
    _("That an award was issued from a table stays for half a year, by number alone."),
    by=("by", "approved_by"),
    stays=("*",),
)
decide(
    BulkLine,
    Fate.DELETE,
    _("What a registrar uploaded about you is of no use without you."),
    find=bulk_lines_about,
    copied=("typed", "state", "earned_on", "told_at"),
)


decide(
    BulkChange,
    Fate.KEEP,
    _("That many credentials were changed together stays for half a year, by number alone."),
    by=("by", "approved_by"),
    stays=("*",),
)
decide(
    BulkChangeLine,
    Fate.DELETE,
    _("What was done to your credential stays in its own record."),
    person=("credential__holder",),
    copied=("credential__code", "state"),
)


def withdraw(person: User) -> int:
    """Add to each credential of somebody that it was withdrawn; say to how many.

    What waits for a registrar about one of them is taken off their lists.
    """
    held = Credential.objects.filter(holder=person)
    open_ones = held.exclude(events__kind=CredentialEvent.Kind.WITHDRAWN)
    rows = open_ones.annotate(last=Max("events__number")).values_list("pk", "last")
    events = [
        CredentialEvent(
            credential_id=key,
            number=(last or 0) + 1,
            kind=CredentialEvent.Kind.WITHDRAWN,
            at=timezone.now(),
        )
        for key, last in rows
    ]
    CredentialEvent.objects.bulk_create(events)
    with acts_last():
        for event in events:
            credential = (Credential._meta.label_lower, str(event.credential_id))
            record_act(ActKind.WITHDRAWN, credential, by=None, person=person, at=event.at)
    # Nobody waits for an answer any more, and there is nothing left to decide.
    HolderRequest.objects.open().filter(credential__holder=person).delete()
    CredentialReview.objects.undecided().filter(credential__holder=person).delete()
    Proposal.objects.waiting().filter(holder=person).delete()
    open_notes = CredentialNote.objects.filter(credential__holder=person, closed_at=None)
    open_notes.update(closed_at=timezone.now())
    return len(events)


add_step("certificates", withdraw)


def certificates_of(person: User) -> Iterator[CopiedFile]:
    """The stored certificates of somebody; one whose file is out of reach is left out."""
    for credential in Credential.objects.filter(holder=person).exclude(pdf="").order_by("pk"):
        if credential.pdf.storage.exists(str(credential.pdf.name)):
            number = credential.number
            url = reverse("certificates:pdf", args=[number])
            yield CopiedFile(f"certificates/{number}.pdf", _reader(credential), url)


def _reader(credential: Credential) -> Any:
    def read() -> bytes:
        with credential.pdf.open("rb") as file:
            content: bytes = file.read()
        return content

    return read


add_files(certificates_of)


def evidence_files_of(person: User) -> Iterator[CopiedFile]:
    """The files that somebody handed over for a renewal; one that is out of reach is left out."""
    rows = RenewalEvidence.objects.filter(credential__holder=person).exclude(file="")
    for evidence in rows.select_related("credential").order_by("pk"):
        name = str(evidence.file.name)
        if evidence.file.storage.exists(name):
            url = reverse(
                "certificates:evidence_file", args=[evidence.credential.number, evidence.pk]
            )
            yield CopiedFile(name, _evidence_reader(evidence), url)


def _evidence_reader(evidence: RenewalEvidence) -> Any:
    def read() -> bytes:
        with evidence.file.open("rb") as file:
            content: bytes = file.read()
        return content

    return read


add_files(evidence_files_of)
