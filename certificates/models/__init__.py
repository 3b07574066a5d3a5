"""What was earned: awards and their requirements, and the lasting records of them."""

from certificates.models.awards import WORDS_LENGTH, Award, AwardWords, Requirement
from certificates.models.badges import Badge, StatusList
from certificates.models.bulk import BulkIssue, BulkLine
from certificates.models.credentials import Credential, CredentialEvent, certificate_storage
from certificates.models.issuers import Issuer, IssuerMark
from certificates.models.keys import SIGNING_ROLES, SealKey
from certificates.models.notes import CredentialNote
from certificates.models.reminders import RenewalReminder
from certificates.models.renewal_evidence import RenewalEvidence, RenewalSignature
from certificates.models.renewals import RenewalRule, version_in_force
from certificates.models.requests import HolderRequest
from certificates.models.reviews import CredentialReview
from certificates.requirements.statement.models import (
    Attestation,
    Statement,
    StatementVersion,
    Wording,
)

__all__ = [
    "SIGNING_ROLES",
    "WORDS_LENGTH",
    "Attestation",
    "Award",
    "AwardWords",
    "Badge",
    "BulkIssue",
    "BulkLine",
    "Credential",
    "CredentialEvent",
    "CredentialNote",
    "CredentialReview",
    "HolderRequest",
    "Issuer",
    "IssuerMark",
    "RenewalEvidence",
    "RenewalReminder",
    "RenewalRule",
    "RenewalSignature",
    "Requirement",
    "SealKey",
    "Statement",
    "StatementVersion",
    "StatusList",
    "Wording",
    "certificate_storage",
    "version_in_force",
]
