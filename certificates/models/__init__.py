"""What was earned: awards and their requirements, and the lasting records of them."""

from certificates.models.awards import WORDS_LENGTH, Award, Requirement
from certificates.models.bulk import BulkIssue, BulkLine
from certificates.models.credentials import Credential, CredentialEvent, certificate_storage
from certificates.models.issuers import Issuer, IssuerMark
from certificates.models.keys import SealKey
from certificates.models.requests import HolderRequest
from certificates.models.reviews import CredentialReview
from certificates.requirements.statement.models import (
    Attestation,
    Statement,
    StatementVersion,
    Wording,
)

__all__ = [
    "WORDS_LENGTH",
    "Attestation",
    "Award",
    "BulkIssue",
    "BulkLine",
    "Credential",
    "CredentialEvent",
    "CredentialReview",
    "HolderRequest",
    "Issuer",
    "IssuerMark",
    "Requirement",
    "SealKey",
    "Statement",
    "StatementVersion",
    "Wording",
    "certificate_storage",
]
