"""What was earned: awards and their requirements, and the lasting records of them."""

from certificates.models.awards import WORDS_LENGTH, Award, AwardWords, Requirement
from certificates.models.badges import Badge, StatusList
from certificates.models.bulk import BulkIssue, BulkLine
from certificates.models.bulk_changes import BulkChange, BulkChangeLine
from certificates.models.credentials import Credential, CredentialEvent, certificate_storage
from certificates.models.daily_roots import DailyRoot
from certificates.models.issuers import Issuer, IssuerMark
from certificates.models.keys import SIGNING_ROLES, SealKey
from certificates.models.notes import CredentialNote
from certificates.models.proposals import ApprovalSettings, Proposal
from certificates.models.reminders import RenewalReminder
from certificates.models.renewal_evidence import RenewalEvidence, RenewalSignature
from certificates.models.renewals import RenewalRule, version_in_force
from certificates.models.requests import HolderRequest
from certificates.models.reviews import CredentialReview
from certificates.models.sharing import CheckCount, ShareLink
from certificates.models.signatories import MOST_SIGNATORIES, Signatory, SignatorySet
from certificates.models.watching import (
    Delivery,
    DigestWish,
    Watch,
    WatchEvent,
    WatchWish,
    Webhook,
)
from certificates.requirements.statement.models import (
    Attestation,
    Statement,
    StatementVersion,
    Wording,
)

__all__ = [
    "MOST_SIGNATORIES",
    "SIGNING_ROLES",
    "WORDS_LENGTH",
    "ApprovalSettings",
    "Attestation",
    "Award",
    "AwardWords",
    "Badge",
    "BulkChange",
    "BulkChangeLine",
    "BulkIssue",
    "BulkLine",
    "CheckCount",
    "Credential",
    "CredentialEvent",
    "CredentialNote",
    "CredentialReview",
    "DailyRoot",
    "Delivery",
    "DigestWish",
    "HolderRequest",
    "Issuer",
    "IssuerMark",
    "Proposal",
    "RenewalEvidence",
    "RenewalReminder",
    "RenewalRule",
    "RenewalSignature",
    "Requirement",
    "SealKey",
    "ShareLink",
    "Signatory",
    "SignatorySet",
    "Statement",
    "StatementVersion",
    "StatusList",
    "Watch",
    "WatchEvent",
    "WatchWish",
    "Webhook",
    "Wording",
    "certificate_storage",
    "version_in_force",
]
