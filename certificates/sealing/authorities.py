"""X.509: the certificates of the three keys, and the lists of what was taken back. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID, ObjectIdentifier

YEAR = timedelta(days=365)
ROOT_LASTS = 20 * YEAR
ISSUING_LASTS = 10 * YEAR
REVOCATIONS_LAST = YEAR
CLOCKS_DIFFER = timedelta(hours=1)
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
DER = serialization.Encoding.DER


@dataclass(frozen=True)
class Signer:
    """The key that vouches, and where what it says is published."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    certificate_url: str
    revocations_url: str


def subject(organisation: str, name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
        ]
    )


def root_certificate(name: x509.Name, key: ec.EllipticCurvePrivateKey, *, at: datetime) -> bytes:
    """A root vouches for itself, and for one authority below it."""
    builder = _begun(name, name, key.public_key(), at=at, until=at + ROOT_LASTS)
    builder = _as_authority(builder, key.public_key(), path_length=1)
    return builder.sign(key, hashes.SHA256()).public_bytes(DER)


def issuing_certificate(
    name: x509.Name, public_key: ec.EllipticCurvePublicKey, root: Signer, *, at: datetime
) -> bytes:
    """The authority that vouches for seals, and for no other authority."""
    until = min(at + ISSUING_LASTS, root.certificate.not_valid_after_utc)
    builder = _begun(name, root.certificate.subject, public_key, at=at, until=until)
    builder = _as_authority(_pointing_to(builder, root), public_key, path_length=0)
    return builder.sign(root.key, hashes.SHA256()).public_bytes(DER)


def seal_certificate(
    name: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    issuing: Signer,
    *,
    at: datetime,
    lasts: timedelta,
) -> bytes:
    """A seal signs documents and nothing else, for as long as its authority is there."""
    until = min(at + lasts, issuing.certificate.not_valid_after_utc)
    builder = _begun(name, issuing.certificate.subject, public_key, at=at, until=until)
    builder = _pointing_to(builder, issuing)
    builder = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    return builder.sign(issuing.key, hashes.SHA256()).public_bytes(DER)


def revocation_list(
    signer: Signer,
    revoked: Sequence[tuple[int, datetime, bool]],
    *,
    number: int,
    at: datetime,
) -> bytes:
    """What an authority takes back: serial numbers, since when, and whether the key was stolen."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(signer.certificate.subject)
        .last_update(at - CLOCKS_DIFFER)
        .next_update(at + REVOCATIONS_LAST)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(_identifier_of(signer), critical=False)
    )
    for serial, since, is_compromised in revoked:
        flags = x509.ReasonFlags
        reason = flags.key_compromise if is_compromised else flags.cessation_of_operation
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(since)
            .add_extension(x509.CRLReason(reason), critical=False)
            .build()
        )
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(DER)


def _begun(
    name: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    *,
    at: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - CLOCKS_DIFFER)
        .not_valid_after(until)
    )


def _as_authority(
    builder: x509.CertificateBuilder, public_key: ec.EllipticCurvePublicKey, *, path_length: int
) -> x509.CertificateBuilder:
    constraints = x509.BasicConstraints(ca=True, path_length=path_length)
    return (
        builder.add_extension(constraints, critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _pointing_to(builder: x509.CertificateBuilder, signer: Signer) -> x509.CertificateBuilder:
    """With where to find who vouches for it, and whether it was taken back."""
    uri = x509.UniformResourceIdentifier
    point = x509.DistributionPoint([uri(signer.revocations_url)], None, None, None)
    access = x509.AccessDescription(
        AuthorityInformationAccessOID.CA_ISSUERS, uri(signer.certificate_url)
    )
    return (
        builder.add_extension(_identifier_of(signer), critical=False)
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
        .add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    )


def _identifier_of(signer: Signer) -> x509.AuthorityKeyIdentifier:
    public_key = public_half(signer.certificate)
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(public_key)


def public_half(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    """The public half of a key of ours. Raises TypeError for a key of another kind."""
    public_key = certificate.public_key()
    if not isinstance(public_key, ec.EllipticCurvePublicKey):
        raise TypeError(f"A key on a curve is needed, and this is {type(public_key).__name__}.")
    return public_key


def _usage(**uses: bool) -> x509.KeyUsage:
    names = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: uses.get(name, False) for name in names})
