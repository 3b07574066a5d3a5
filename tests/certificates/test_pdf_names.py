"""A name in any of our scripts is on the page, whole, and can be read back."""

from __future__ import annotations

import random
import re
import subprocess
import unicodedata

import pytest

from certificates import fonts
from certificates.exceptions import UnprintableName, UnprintableWords
from certificates.fonts import glyphs_missing
from tests.certificates.rendering import (
    MILLIMETRE,
    boxes_of,
    rendered,
    words_of,
)

# Names: C09 ----------------------------------------------------------------------------------

SCRIPTS = {
    "Latin": "Ada Łukasz Ñuñez Björk Nguyễn Åse Ğül Šárka d’Arc Ó’Brien Mc-Kay Zoë",
    "Greek": "Αθηνά Παπαδοπούλου Γιώργος Ελένη Ἀθηνᾶ Νίκος",
    "Cyrillic": "Анна Михаил Зоряна Ґалаґан Їжакевич Ђорђе Љиљана",
    "Armenian": "Արամ Խաչատուրյան Անահիտ Գոհար",
    "Georgian": "ნინო გიორგი თამარ ქეთევან",
    "Hebrew": "דוד יהושע רחל מרים שרה",
    "Arabic": "محمد فاطمة عبد الرحمن خدیجه گلنار چنگیز",
    "Syriac": "ܝܘܚܢܢ ܡܪܝܡ ܝܥܩܘܒ",
    "Thaana": "އަހްމަދު މަރިޔަމް އިބްރާހީމް",
    "Devanagari": "कृष्ण सुब्रह्मण्यम लक्ष्मी ज्ञानेश्वर श्री",
    "Bengali": "রবীন্দ্রনাথ ঠাকুর শর্মিষ্ঠা কৃষ্ণা",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ ਹਰਜੀਤ",
    "Gujarati": "કૃષ્ણ પટેલ જ્યોતિ શ્રીમતી",
    "Tamil": "சுப்பிரமணியன் லட்சுமி கண்ணன்",
    "Telugu": "కృష్ణ లక్ష్మి వేంకటేశ్వర",
    "Kannada": "ಕೃಷ್ಣ ಲಕ್ಷ್ಮಿ ವೆಂಕಟೇಶ್",
    "Malayalam": "കൃഷ്ണൻ ലക്ഷ്മി നാരായണൻ",
    "Sinhala": "ක්‍රිෂ්ණ ශ්‍රී ලක්ෂ්මී",
    "Thai": "สมชาย สุดารัตน์ กิ่งแก้ว",
    "Lao": "ສົມສັກ ວຽງຈັນ ບຸນມີ",
    "Khmer": "សុខ ចាន់ ស្រីមុំ",
    "Myanmar": "မောင်မောင် ခင်မျိုး",
    "Ethiopic": "ሰላም ተስፋዬ አበበ",
    "Tibetan": "བསྟན་འཛིན རྡོ་རྗེ",
    "Cherokee": "ᏣᎳᎩ ᏍᏏᏉᏯ",
}
RIGHT_TO_LEFT = {"Hebrew", "Arabic", "Syriac", "Thaana"}


def two_hundred_names():
    """Eight in each script, from one letter to 120 characters."""
    drawing = random.Random(20261123)
    for script, words in SCRIPTS.items():
        words = words.split()
        yield script, unicodedata.normalize("NFC", first_cluster(words[0]))
        yield script, words[0]
        yield script, " ".join(words[:2])
        yield script, " ".join(words[:3])
        for length in (30, 60, 90, 120):
            name = drawing.choice(words)
            while len(name) < length:
                name += " " + drawing.choice(words)
            yield script, cut(unicodedata.normalize("NFC", name), length)


def first_cluster(word):
    """The first letter, with what belongs to it."""
    end = 1
    while end < len(word) and unicodedata.category(word[end]) in {"Mn", "Mc", "Cf"}:
        end += 1
    return word[:end]


def cut(name, length):
    """The whole words that a length has room for."""
    return name[:length].rsplit(" ", 1)[0] if len(name) > length else name


NAMES = list(two_hundred_names())
DIRECTIONS = dict.fromkeys(
    map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)


def name_on(pdf):
    return name_in(words_of(pdf))


def name_in(words):
    between = re.search(r"This certifies that\s(.*?)\shas completed", words, re.DOTALL)
    return unicodedata.normalize("NFC", between[1].translate(DIRECTIONS))


def bound(pdfs, folder):
    """Several files as one, a page for each, so that the tools are asked once."""
    for number, pdf in enumerate(pdfs):
        (folder / f"{number:03}.pdf").write_bytes(pdf)
    subprocess.run(["pdfunite", *sorted(folder.glob("*.pdf")), folder / "all"], check=True)
    return (folder / "all").read_bytes()


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_name_is_set_whole_inside_the_page_and_can_be_read_back(script, complaints, tmp_path):
    names = [name for its, name in NAMES if its == script]
    pdf = bound([rendered(name=name) for name in names], tmp_path)
    pages = words_of(pdf).split("\f")[:-1]
    assert len(pages) == len(names)
    for name, page in zip(names, pages, strict=True):
        read = name_in(page)
        if script in RIGHT_TO_LEFT:
            # Poppler puts some of these in the order of the eye; the letters are all there.
            assert sorted("".join(read.split())) == sorted("".join(name.split())), name
        else:
            assert " ".join(read.split()) == " ".join(name.split()), name
    for left, top, right, bottom in boxes_of(pdf):
        assert 20 <= left <= right <= 842 - 20
        assert 20 <= top <= bottom <= 595 - 15
        # No word runs out of the column into the panel beside it.
        assert right <= 206 * MILLIMETRE or left >= 214 * MILLIMETRE
    assert not [complaint for complaint in complaints if ".notdef" in complaint]


def test_there_are_two_hundred_names_of_more_than_twenty_scripts():
    assert len(NAMES) == 200
    assert len(SCRIPTS) >= 20
    assert max(len(name) for _, name in NAMES) > 110
    assert min(len(name) for _, name in NAMES) == 1


@pytest.mark.parametrize("name", ["W" * 120, "ffi" * 40, "i" * 120, "W", "ﷺ" * 120, "Ω" * 77])
def test_a_name_without_a_space_is_broken_rather_than_cut_off(name):
    pdf = rendered(name=name)
    assert "".join(name_on(pdf).split()) == unicodedata.normalize("NFC", name) or name[0] == "ﷺ"
    assert all(20 <= left <= right <= 822 for left, _, right, _ in boxes_of(pdf))


def test_letters_that_come_as_letter_and_mark_are_set_as_one():
    assert name_on(rendered(name="Zoe\u0308 Nu\u0303n\u0303ez")) == "Zoë Nũñez"


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("Ada 😀", ["😀"]),
        ("𐀀𐀁", ["𐀀", "𐀁"]),  # Linear B
        ("👩‍👩‍👧", ["👩", "👧"]),
        ("Ada\ue000", ["\ue000"]),
        ("Ada\x07", ["\x07"]),
    ],
)
def test_a_name_that_cannot_be_set_is_refused_with_its_characters(name, missing):
    with pytest.raises(UnprintableName) as refused:
        rendered(name=name)
    assert refused.value.characters == missing
    assert f"U+{ord(missing[0]):04X}" in str(refused.value)


@pytest.mark.parametrize(
    "field",
    ["award_name", "description", "limits", "issuer_name", "signatory_name", "signatory_role"],
)
def test_any_other_text_that_cannot_be_set_is_refused_too(field):
    with pytest.raises(UnprintableWords):
        rendered(**{field: "With care 😀"})


def test_a_competency_or_who_attests_hours_that_cannot_be_set_is_refused():
    with pytest.raises(UnprintableWords):
        rendered(competencies=[{"code": "X", "name": "😀"}])
    with pytest.raises(UnprintableWords):
        rendered(hours_attested_by="Rosa 😀")


@pytest.mark.parametrize("name", ["山田花子", "김민준", "王小明", "やまだ はなこ"])
def test_an_east_asian_name_is_set(name):
    """Its font comes with what the tests need of the system, and with `make run` where it can."""
    assert any(path.name.startswith("NotoSerifCJK") for path in fonts.installed())
    assert "".join(name_on(rendered(name=name)).split()) == "".join(name.split())


def test_what_has_no_shape_of_its_own_is_never_missing():
    assert glyphs_missing("a\u200db\u200cc\ufe0fd \u00a0\n\t") == []


def test_without_its_fonts_every_name_is_refused(monkeypatch):
    monkeypatch.setattr(fonts, "DIRECTORIES", ())
    fonts.has_glyph.cache_clear()
    try:
        assert glyphs_missing("Ada") == ["A", "d", "a"]
    finally:
        fonts.has_glyph.cache_clear()
