"""What was earned: awards and their requirements, and the lasting records of them."""

from certificates.models.awards import WORDS_LENGTH, Award, Requirement
from certificates.models.credentials import Credential, CredentialEvent, certificate_storage
from certificates.models.issuers import Issuer
from certificates.models.reviews import CredentialReview
from certificates.requirements.statement.models import Attestation, Statement, StatementVersion

__all__ = [
    "WORDS_LENGTH",
    "Attestation",
    "Award",
    "Credential",
    "CredentialEvent",
    "CredentialReview",
    "Issuer",
    "Requirement",
    "Statement",
    "StatementVersion",
    "certificate_storage",
]
