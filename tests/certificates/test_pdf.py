"""A rendered certificate says what was certified, and all of it fits."""

from __future__ import annotations

import re
from datetime import date

import pytest
import segno

from certificates.exceptions import TooMuchForOnePage
from certificates.pdf import (
    qr_address,
    qr_png,
    render_pdf,
)
from tests.certificates.rendering import (
    ADDRESS,
    CLASSIC,
    MILLIMETRE,
    boxes_of,
    credential,
    opened,
    rendered,
    run_poppler,
    words_in_boxes,
    words_of,
)

# What it says ------------------------------------------------------------------------------


def test_everything_that_was_certified_is_on_the_page():
    text = " ".join(words_of(rendered()).split())
    for words in [
        "CERTIFICATE",
        "Foundations of Peer Support",
        "This certifies that Ada Okafor has completed the course and passed its assessment.",
        "WHAT THE COURSE COVERS Peer support · Listening",
        "SELF-PACED STUDY, TIME ESTIMATED BY THE ISSUER about 8½ hours",
        "23 November 2026",
        "23 November 2028",
        "Peerwork Training",
        "Rosa Adeyemi",
        "Registrar",
        "PSW-7K3M-QX9R-4TWK",
        "This is a foundation award. It is not a licence.",
    ]:
        assert words in text
    assert "EVIDENCE-CANARY" not in text


def test_one_that_lasts_for_ever_says_so():
    assert "It does not expire" in words_of(rendered(expires_on=None))


def test_it_is_one_page_of_a4_with_a_language_a_title_and_tags():
    pdf = rendered(language="en")
    facts = run_poppler("pdfinfo", pdf, to=None)
    assert re.search(r"^Pages: +1$", facts, re.MULTILINE)
    assert re.search(r"^Page size: +841.89 x 595.276 pts \(A4\)$", facts, re.MULTILINE)
    assert re.search(r"^Tagged: +yes$", facts, re.MULTILINE)
    assert "Foundations of Peer Support: Ada Okafor" in facts
    inside = opened(pdf)
    for mark in [
        b"/MarkInfo",
        b"/StructTreeRoot",
        b"/Lang (en)",
        b"pdfuaid",
        b"/DisplayDocTitle true",
    ]:
        assert mark in inside


def test_its_structure_has_headings_a_list_and_a_picture_with_words():
    structure = run_poppler("pdfinfo", rendered(), "-struct-text", to=None)
    for mark in ["H1", "H2", "H3", "LI", "Figure", "Link"]:
        assert re.search(rf"^\s*{mark}\b", structure, re.MULTILINE), mark
    assert b"/Alt" in opened(rendered())


def test_a_spanish_certificate_speaks_spanish_dates():
    pdf = rendered(language="es")
    assert b"/Lang (es)" in opened(pdf)
    assert "23 de noviembre de 2026" in words_of(pdf)


def test_what_the_awards_name_says_already_is_not_said_again():
    def lines(**fields):
        return words_of(rendered(**fields)).splitlines()

    assert "CERTIFICATE" in lines(award_name="Certificated practice")
    assert "CERTIFICATE" not in lines(award_name="Certificate in Foundations of Peer Support")
    assert "CERTIFICADO" in lines(award_name="Bases", language="es")
    assert "CERTIFICADO" not in lines(award_name="Certificado en bases", language="es")


def test_without_hours_none_are_printed_and_nothing_is_said_of_any():
    text = " ".join(words_of(rendered(minutes=0)).split()).casefold()
    assert "hour" not in text
    assert "estimated" not in text


def test_hours_that_somebody_attests_are_printed_as_theirs():
    pdf = rendered(minutes=2400, study={}, hours_attested_by="Rosa Adeyemi, Harbour House")
    text = " ".join(words_of(pdf).split())
    assert "HOURS ATTESTED BY ROSA ADEYEMI, HARBOUR HOUSE 40 hours" in text
    assert "about" not in text


def test_a_competency_is_not_called_assessed_on_paper():
    text = words_of(rendered()).casefold()
    assert "assessed" not in text
    assert "ask well" not in text


def test_what_the_course_covers_is_large_enough_to_read():
    """At least nine points: more than the twenty-nine lines of it had, by a half."""
    match = re.search(
        r'yMin="(.*?)" xMax=".*?" yMax="(.*?)">Listening<', words_in_boxes(rendered())
    )
    assert float(match[2]) - float(match[1]) >= 9 * 1.2


def test_the_same_credential_gives_the_same_bytes():
    assert rendered() == rendered()


def test_only_our_own_faces_are_used_and_all_are_within_the_file():
    rows = run_poppler("pdffonts", rendered(name="Ada Χαρά"), to=None).splitlines()[2:]
    assert rows
    for row in rows:
        assert "+Noto-" in row
        assert re.search(r"\byes yes yes\b", row)


def test_it_is_small():
    assert len(rendered()) < 40_000


# Its code to scan ----------------------------------------------------------------------------


def test_the_code_leads_to_the_short_address_in_capitals():
    address = qr_address(credential(), ADDRESS)
    assert address == "HTTPS://LEARN.PEERWORK.EXAMPLE/C/7K3MQX9R4TWK"
    assert segno.make_qr(address, error="m", boost_error=False).mode == "alphanumeric"
    assert qr_png(address) == qr_png(address)


def test_the_code_is_at_least_thirty_millimetres_wide_with_its_quiet_zone():
    row = run_poppler("pdfimages", rendered(), "-list", to=None).splitlines()[2].split()
    width, height, ppi = int(row[3]), int(row[4]), float(row[12])
    modules = segno.make_qr(
        qr_address(credential(), ADDRESS), error="m", boost_error=False
    ).symbol_size(border=4)
    assert (width, height) == modules
    assert width / ppi * 25.4 >= 30


def test_the_printed_address_is_a_link_to_the_page():
    pdf = rendered()
    assert ADDRESS.encode() in opened(pdf)
    printed = "".join(words_of(pdf).split())
    assert "learn.peerwork.example/verify/PSW-7K3M-QX9R-4TWK/" in printed


# When there is much to say --------------------------------------------------------------------


def test_much_text_is_set_closer_and_stays_on_one_page():
    pdf = rendered(
        name="Anna " * 20,
        award_name="Advanced certificate in community peer support and supervision " * 3,
        description="Has shown in practice that they can listen. " * 12,
        limits="It is not a licence. " * 20,
        competencies=[
            {"code": str(n), "name": f"Competency {n} in a few words"} for n in range(40)
        ],
        study={},
        hours_attested_by="Somebody with quite a long name who was there all the time",
    )
    assert re.search(r"^Pages: +1$", run_poppler("pdfinfo", pdf, to=None), re.MULTILINE)
    assert "Competency 39" in words_of(pdf)


@pytest.mark.parametrize(
    "field",
    [
        {"award_name": "W" * 200},
        {"issuer_name": "W" * 200},
        {"signatory_name": "W" * 120},
        {"signatory_role": "W" * 120},
        {"description": "W" * 400},
        {"limits": "W" * 400},
        {
            "description": "Has shown that they can listen well. " * 11,
            "limits": "No licence. " * 33,
        },
        {"competencies": [{"code": "X", "name": "M" * 200}]},
        {"study": {}, "hours_attested_by": "M" * 120, "minutes": 72_061},
    ],
)
def test_the_longest_that_may_be_typed_stays_in_its_place(field):
    """One word without an end, in each place that takes words, at its greatest length."""
    boxes = boxes_of(rendered(**field))
    for left, top, right, bottom in boxes:
        assert 20 <= left <= right <= 842 - 20
        assert 20 <= top <= bottom <= 595 - 15
        assert right <= 206 * MILLIMETRE or left >= 214 * MILLIMETRE


@pytest.mark.parametrize("month", range(1, 13))
def test_a_spanish_date_fits_beside_the_rest(month):
    rendered(language="es", issued_on=date(2026, month, 28), expires_on=date(2028, month, 28))


@pytest.mark.parametrize("place", ["main", "foot", "side", "check"])
def test_a_line_that_runs_out_of_its_box_does_not_fit(place):
    def page(words):
        boxes = "".join(
            f'<div id="{box}" class="{box}" style="white-space: nowrap">'
            f"<p>{words if box == place else 'word'}</p></div>"
            for box in ("main", "foot", "side", "check")
        )
        return f"<html lang='en'><title>x</title><body><h2>Ada</h2>{boxes}</body></html>"

    assert render_pdf(CLASSIC, page("word " * 60), {}) is None
    assert render_pdf(CLASSIC, page("word"), {})


def test_too_much_text_is_refused_rather_than_cut():
    with pytest.raises(TooMuchForOnePage):
        rendered(description="Has shown in practice that they can listen. " * 400)
