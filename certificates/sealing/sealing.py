"""Sealing the file of a certificate: PAdES, certifying, without a visible field.

The seal is added behind the bytes that were rendered and changes none of them. With the same key
and the same moment it is the same seal, unless a service attested the time.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.exceptions import SealingFailed
from certificates.models import SealKey
from certificates.sealing.authorities import public_half
from certificates.sealing.keys import x509_of
from certificates.sealing.stores import (
    KeyCannotBeUsed,
    KeyStore,
    checked_signature,
    key_store,
)
from certificates.sealing.timestamps import timestamp_service

log = logging.getLogger(__name__)

FIELD = "Seal"
LONGEST_SIGNATURE = 72
# In hexadecimal digits. Without a service: two certificates and a signature, with some room.
ROOM = 5120
ROOM_WITH_TIME = 5120 + 20480


@dataclass(frozen=True)
class Sealed:
    """A file with its seal, and what sealed it.

    `signature` is the one part of it that another time may give otherwise.
    """

    content: bytes
    key: SealKey | None
    timestamped: bool = False
    signature: bytes = b""


def seal(content: bytes, *, number: str, address: str, at: datetime) -> Sealed:
    """The file with the seal in use, and as it is where the site has none.

    A service that attests the time and does not answer holds nobody's certificate up: it is sealed
    without. Raises SealingFailed where the key is out of reach; try it again.
    """
    key = (
        SealKey.objects.active().filter(role=SealKey.Role.SEAL).select_related("signed_by").first()
    )
    if key is None:
        return Sealed(content, None)
    service = timestamp_service()
    if service is not None:
        try:
            return seal_with(key, content, number=number, address=address, at=at, service=service)
        except (TimestampRequestError, SigningError, ValueError) as error:
            log.warning("Sealed without an attested time: %s", type(error).__name__)
    return seal_with(key, content, number=number, address=address, at=at)


def seal_with(
    key: SealKey,
    content: bytes,
    *,
    number: str,
    address: str,
    at: datetime,
    service: Any = None,
    signature: bytes = b"",
    store: KeyStore | None = None,
) -> Sealed:
    """The file with the seal of one key.

    With the `signature` that it had before, no key is needed, and the bytes are the same again where
    no service attested the time. Raises SealingFailed.
    """
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=key.name,
        reason=f"Issued as {number}",
        location=address,
    )
    field = SigFieldSpec(FIELD, readable_field_name=f"Seal of the issuer on {number}")
    signer = StoreSigner(key, signature=signature, store=store)
    sealer = DatedSigner(metadata, signer, at=at, timestamper=service, new_field_spec=field)
    sealed = BytesIO()
    try:
        sealer.sign_pdf(
            QuietWriter(BytesIO(content)),
            output=sealed,
            bytes_reserved=ROOM if service is None else ROOM_WITH_TIME,
        )
    except KeyCannotBeUsed as error:
        raise SealingFailed(str(error)) from error
    except PdfError as error:
        raise SealingFailed(type(error).__name__) from error
    return Sealed(sealed.getvalue(), key, service is not None, signer.signature)


class StoreSigner(Signer):
    """Signs with a key that stays in its store, or with a signature that it gave before.

    The root is not sent along: who trusts it has it.
    """

    def __init__(
        self, key: SealKey, *, signature: bytes = b"", store: KeyStore | None = None
    ) -> None:
        registry = SimpleCertificateStore()
        if key.signed_by is not None:
            registry.register(as_asn1(key.signed_by))
        super().__init__(signing_cert=as_asn1(key), cert_registry=registry, embed_roots=False)
        self._key = key
        self._store = store
        self.signature = signature

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        if dry_run:
            return bytes(LONGEST_SIGNATURE)
        if not self.signature:
            store = self._store or key_store()
            public_key = public_half(x509_of(self._key))
            self.signature = checked_signature(store, self._key.name, data, public_key)
        return self.signature


def as_asn1(key: SealKey) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(bytes(key.certificate))


class DatedSigner(PdfSigner):
    """Writes the moment that it is given as the time of signing."""

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = at.replace(microsecond=0)

    def init_signing_session(
        self, pdf_out: Any, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


class QuietWriter(IncrementalPdfFileWriter):
    """Adds the seal and nothing else: no date of change, and an id made from what is sealed."""

    @classmethod
    def _handle_id(cls, prev: Any) -> generic.ArrayObject:
        first, _second = super()._handle_id(prev)
        prev.stream.seek(0)
        second = sha256(prev.stream.read()).digest()[:16]
        return generic.ArrayObject([first, generic.ByteStringObject(second)])

    def _update_meta(self) -> None:
        """The metadata stays as it was rendered."""
