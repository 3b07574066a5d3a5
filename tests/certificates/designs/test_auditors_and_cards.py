"""What an auditor of continuing education looks for is on the page; a card is as large as a card."""

from __future__ import annotations

import re

import pytest

from certificates.designs import DESIGNS
from tests.certificates.rendering import MILLIMETRE, rendered, run_poppler, words_in_boxes, words_of

CONTINUING = ["continuing", "continuing-letter"]
CARDS = ["card", "card-letter"]
ATTESTED = {"study": {}, "minutes": 720, "hours_attested_by": "Lee Park"}
PLANNED = {"study": {}, "minutes": 720}


def said(design, **fields):
    return " ".join(words_of(rendered(design=design, **fields)).split())


def sizes_in(style):
    return [float(points) for points in re.findall(r"([\d.]+)pt", style)]


@pytest.mark.parametrize("design", CONTINUING)
class TestContinuingEducation:
    @pytest.mark.parametrize(
        "words",
        [
            "CERTIFICATE OF CONTINUING EDUCATION",
            "Foundations of Peer Support",
            "Ada Okafor",
            "23 November 2026",
            "23 November 2028",
            "HOURS about 8½ hours Self-paced study, time estimated by the issuer",
            "HOW IT WAS STUDIED Online, at one’s own pace",
            "PROVIDER Peerwork Training",
            "SUBJECTS THE COURSE COVERS Peer support · Listening",
            "PSW-7K3M-QX9R-4TWK",
            "learn.peerwork.example/verify/",
            "Rosa Adeyemi",
            "It is not a licence.",
        ],
    )
    def test_says_what_an_auditor_looks_for(self, design, words):
        assert words in said(design)

    def test_promises_nothing_for_others(self, design):
        words = said(design)
        assert "Peerwork Training keeps the record of this certificate." in words
        assert "is for the board or the employer to say" in words

    @pytest.mark.parametrize("fields", [{}, ATTESTED, PLANNED, {"language": "es"}])
    def test_never_speaks_of_contact_hours(self, design, fields):
        words = said(design, **fields).casefold()
        assert "contact hour" not in words
        assert "horas de contacto" not in words

    @pytest.mark.parametrize(
        ("fields", "present", "absent"),
        [
            (ATTESTED, ["In a room", "12 hours", "Hours attested by Lee Park"], ["Online"]),
            (PLANNED, ["12 hours", "Hours planned"], ["HOW IT WAS STUDIED", "Online", "In a room"]),
            ({"study": {}, "minutes": 0}, ["PROVIDER"], ["HOURS OF LEARNING", "HOW IT WAS"]),
        ],
    )
    def test_says_how_it_was_studied_only_where_that_is_known(
        self, design, fields, present, absent
    ):
        words = said(design, **fields)
        assert all(text in words for text in present)
        assert not any(text in words for text in absent)

    def test_is_upright(self, design):
        millimetres = DESIGNS[design].millimetres
        assert millimetres["page_height"] > millimetres["page_width"]


@pytest.mark.parametrize("design", CARDS)
class TestACard:
    def test_is_as_large_as_a_bank_card_and_in_the_middle_of_the_sheet(self, design):
        millimetres = DESIGNS[design].millimetres
        assert (millimetres["card_width"], millimetres["card_height"]) == (85.6, 53.98)
        right = millimetres["page_width"] - millimetres["card_left"] - 2 * 85.6
        assert right == pytest.approx(millimetres["card_left"])
        assert right > 15

    def test_has_its_facts_on_its_two_halves(self, design):
        """All that a card must show stands within its edge, the code on the back."""
        millimetres = DESIGNS[design].millimetres
        layout = words_in_boxes(rendered(design=design))
        pattern = r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>'
        left, top = (millimetres[name] * MILLIMETRE for name in ("card_left", "card_top"))
        right = left + 2 * 85.6 * MILLIMETRE
        bottom = top + 53.98 * MILLIMETRE
        on_it = [
            word
            for x0, y0, x1, y1, word in re.findall(pattern, layout)
            if float(y1) < bottom and float(y0) > top
        ]
        assert "PSW-7K3M-QX9R-4TWK" in on_it
        for word in ["Ada", "Okafor", "Foundations", "2028"]:
            assert word in " ".join(on_it)
        edges = [
            (float(x0), float(x1))
            for x0, y0, x1, y1, _word in re.findall(pattern, layout)
            if float(y1) < bottom
        ]
        assert all(left < x0 and x1 < right for x0, x1 in edges)

    def test_is_cut_and_folded_where_it_says(self, design):
        assert "Cut along the dashed line, and fold in the middle" in said(design)
        drawing = DESIGNS[design].drawing().decode()
        assert "stroke-dasharray" in drawing

    def test_stands_for_what_is_written_below_it(self, design):
        words = said(design)
        assert "What this card stands for" in words
        below = words.split("What this card stands for")[1]
        for text in ["This certifies that Ada Okafor has completed", "8½ hours", "Rosa Adeyemi"]:
            assert text in below

    def test_is_readable_also_when_much_is_said(self, design):
        """Nothing on the sheet is smaller than 7.5 points, however close it is set."""
        style = (DESIGNS[design].folder / "certificate.css").read_text()
        assert min(sizes_in(style)) >= 7.5
        assert DESIGNS[design].name_sizes.smallest_unbroken >= 8

    def test_has_a_code_that_a_telephone_reads(self, design):
        millimetres = DESIGNS[design].millimetres
        assert millimetres["code_width"] >= 30


@pytest.mark.parametrize("design", [*CONTINUING, *CARDS])
def test_each_is_set_in_spanish(design):
    words = said(design, language="es").casefold()
    for english in ["issued", "valid until", "check this", "hours of", "stands for", "provider"]:
        assert english not in words
    assert "vigente hasta" in words


@pytest.mark.parametrize("design", [*CONTINUING, *CARDS])
def test_each_names_its_title_and_language_for_screen_readers(design):
    content = rendered(design=design)
    info = run_poppler("pdfinfo", content, to=None)
    assert "Foundations of Peer Support: Ada Okafor" in info
    assert re.search(r"Tagged: +yes", info)


def test_what_all_designs_begin_with_is_written_once():
    for design in DESIGNS.values():
        own = (design.folder / "certificate.css").read_text()
        assert "Noto Serif CJK" not in own
        assert "white-space: pre-line" not in own
        assert "Noto Serif CJK JP" in design.style()
