"""When something was sealed, attested by a service that the site names."""

from __future__ import annotations

from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certificates.models import Credential
from certificates.preparing import prepare
from certificates.sealing.sealing import as_asn1
from tests import make
from tests.certificates.sealing.test_sealing import judged, sealed
from tests.certificates.sealing.time_service import serving, stamper
from tests.make import NOON
from tests.verapdf import faults_of

pytestmark = pytest.mark.django_db


def test_the_seal_carries_the_time_that_the_service_attests(keys, settings, tmp_path):
    made, trusted = stamper()
    with serving(made) as (settings.TIMESTAMP_URL, asked):
        done = sealed()
    assert asked[0] == "application/timestamp-query"
    assert done.timestamped
    signature = PdfFileReader(BytesIO(done.content)).embedded_signatures[0]
    context = ValidationContext(
        trust_roots=[as_asn1(keys[0]), trusted], allow_fetching=False, moment=NOON
    )
    status = validate_pdf_signature(signature, context, context)
    assert status.bottom_line
    assert status.timestamp_validity.timestamp == NOON
    file = tmp_path / "timestamped.pdf"
    file.write_bytes(done.content)
    assert faults_of(file) == {"timestamped.pdf": []}
    assert len(done.content) < 60_000


@pytest.mark.parametrize(
    "answer",
    [{"kind": "text/html"}, {"status": 503}, {}],
    ids=["another kind", "an error", "nonsense"],
)
def test_a_service_that_fails_holds_nobody_up(keys, settings, answer):
    with serving(None, **answer) as (settings.TIMESTAMP_URL, asked):
        done = sealed()
    assert asked
    assert not done.timestamped
    assert judged(done.content, keys[0])[1].bottom_line


def test_a_service_that_is_not_there_holds_nobody_up(keys, settings, caplog):
    settings.TIMESTAMP_URL = "http://127.0.0.1:1/"
    done = sealed()
    assert not done.timestamped
    assert judged(done.content, keys[0])[1].bottom_line
    assert "without an attested time" in caplog.text


def test_the_record_says_whether_the_time_was_attested(keys, settings):
    made, _trusted = stamper()
    with serving(made) as (settings.TIMESTAMP_URL, _asked):
        prepare(str(make.credential().pk), at=NOON)
    assert Credential.objects.get().timestamped
