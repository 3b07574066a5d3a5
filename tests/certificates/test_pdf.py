"""A rendered certificate says what was certified, in any of our scripts."""

from __future__ import annotations

import logging
import random
import re
import socket
import subprocess
import threading
import unicodedata
import zlib
from datetime import UTC, date, datetime

import pytest
import segno

from certificates import fonts
from certificates.designs import DESIGNS
from certificates.exceptions import TooMuchForOnePage, UnprintableName, UnprintableWords
from certificates.fonts import glyphs_missing
from certificates.models import Credential
from certificates.pdf import (
    PackagedOnly,
    qr_address,
    qr_png,
    render_certificate,
    render_pdf,
)
from certificates.typesetting import set_name

ADDRESS = "https://learn.peerwork.example/verify/PSW-7K3M-QX9R-4TWK/"
MILLIMETRE = 72 / 25.4
CLASSIC = DESIGNS["classic"]


def credential(**fields):
    """A credential as its row has it, without a database."""
    frozen = {
        "code": "7K3MQX9R4TWK",
        "prefix": "PSW",
        "name": "Ada Okafor",
        "award_name": "Foundations of Peer Support",
        "description": "has completed the course and passed its assessment.",
        "limits": "This is a foundation award. It is not a licence.",
        "issuer_name": "Peerwork Training",
        "signatory_name": "Rosa Adeyemi",
        "signatory_role": "Registrar",
        "minutes_by_domain": [
            {"domain": "Advocacy", "minutes": 390},
            {"domain": "Ethical Responsibility", "minutes": 325},
        ],
        "minutes": 715,
        "competencies": [
            {"code": "LI1", "name": "Be present"},
            {"code": "LI2", "name": "Ask well"},
        ],
        "evidence": [{"requirement": "EVIDENCE-CANARY", "met_on": None}],
        "language": "en",
        "issued_at": datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
        "issued_on": date(2026, 11, 23),
        "expires_on": date(2028, 11, 23),
    }
    return Credential(**{**frozen, **fields})


def set_in_classic(name):
    return set_name(name, sizes=CLASSIC.name_sizes, language="en")


def rendered(**fields):
    return render_certificate(credential(**fields), verify_url=ADDRESS)


def ask(tool, pdf, *options, to="-"):
    """What one of poppler's tools says of a file."""
    command = [tool, *options, "-", *([to] if to else [])]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def words_of(pdf):
    """The words in the order they are painted, each line under the one before."""
    return ask("pdftotext", pdf, "-raw")


def opened(pdf):
    """The file with its compressed parts opened, to look for what should not be in it."""
    parts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            parts.append(stream)
    return b"\n".join(parts)


def boxes_of(pdf):
    """Where each word stands on the page, in points from its top left corner."""
    said = ask("pdftotext", pdf, "-bbox")
    found = re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">', said)
    return [tuple(map(float, box)) for box in found]


@pytest.fixture
def complaints():
    """What the renderer complained of."""
    heard = []

    class Ear(logging.Handler):
        def emit(self, record):
            heard.append(record.getMessage())

    log, ear = logging.getLogger("weasyprint"), Ear(logging.WARNING)
    before = log.level
    log.addHandler(ear)
    log.setLevel(logging.WARNING)
    yield heard
    log.removeHandler(ear)
    log.setLevel(before)


# What it says ------------------------------------------------------------------------------


def test_everything_that_was_certified_is_on_the_page():
    said = " ".join(words_of(rendered()).split())
    for words in [
        "CERTIFICATE",
        "Foundations of Peer Support",
        "This certifies that Ada Okafor has completed the course and passed its assessment.",
        "Be present",
        "Ask well",
        "Advocacy 6 h 30 min",
        "Ethical Responsibility 5 h 25 min",
        "11 h 55 min",
        "23 November 2026",
        "23 November 2028",
        "Peerwork Training",
        "Rosa Adeyemi",
        "Registrar",
        "PSW-7K3M-QX9R-4TWK",
        "This is a foundation award. It is not a licence.",
    ]:
        assert words in said
    assert "EVIDENCE-CANARY" not in said


def test_one_that_lasts_for_ever_says_so():
    assert "It does not expire" in words_of(rendered(expires_on=None))


def test_it_is_one_page_of_a4_with_a_language_a_title_and_tags():
    pdf = rendered(language="en")
    said = ask("pdfinfo", pdf, to=None)
    assert re.search(r"^Pages: +1$", said, re.MULTILINE)
    assert re.search(r"^Page size: +841.89 x 595.276 pts \(A4\)$", said, re.MULTILINE)
    assert re.search(r"^Tagged: +yes$", said, re.MULTILINE)
    assert "Foundations of Peer Support: Ada Okafor" in said
    inside = opened(pdf)
    for mark in [
        b"/MarkInfo",
        b"/StructTreeRoot",
        b"/Lang (en)",
        b"pdfuaid",
        b"/DisplayDocTitle true",
    ]:
        assert mark in inside


def test_its_structure_has_headings_a_list_a_table_and_a_picture_with_words():
    said = ask("pdfinfo", rendered(), "-struct-text", to=None)
    for mark in ["H1", "H2", "H3", "LI", "Table", "TH", "Figure", "Link"]:
        assert re.search(rf"^\s*{mark}\b", said, re.MULTILINE), mark
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


def test_hours_without_domains_are_printed_as_the_check_page_tells_them():
    said = words_of(rendered(minutes=340, minutes_by_domain=[]))
    assert "5 h 40 min" in said
    assert "HOURS OF LEARNING" not in words_of(rendered(minutes=0, minutes_by_domain=[]))


def test_the_same_credential_gives_the_same_bytes():
    assert rendered() == rendered()


def test_only_our_own_faces_are_used_and_all_are_within_the_file():
    rows = ask("pdffonts", rendered(name="Ada Χαρά"), to=None).splitlines()[2:]
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
    row = ask("pdfimages", rendered(), "-list", to=None).splitlines()[2].split()
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
    assert not [said for said in complaints if ".notdef" in said]


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


def test_a_short_name_is_large_and_a_long_one_keeps_to_lines_of_like_length():
    assert float(set_in_classic("Ada Okafor").points) == 42
    long = set_in_classic("María de los Ángeles Fernández Villaverde Etxeberria")
    assert len(long.lines) == 2
    widths = [fonts.width_of(line) for line in long.lines]
    assert max(widths) < 1.5 * min(widths)


def test_a_name_that_runs_from_right_to_left_is_set_so():
    assert set_in_classic("محمد").direction == "rtl"
    assert set_in_classic("Ada").direction == "ltr"
    assert set_in_classic("1. דוד").direction == "rtl"


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


def test_a_competency_or_a_domain_that_cannot_be_set_is_refused():
    with pytest.raises(UnprintableWords):
        rendered(competencies=[{"code": "X", "name": "😀"}])
    with pytest.raises(UnprintableWords):
        rendered(minutes_by_domain=[{"domain": "😀", "minutes": 60}])


@pytest.mark.parametrize("name", ["山田花子", "김민준", "王小明", "やまだ はなこ"])
def test_an_east_asian_name_is_set_where_its_font_is_and_else_refused(name):
    if any(path.name.startswith("NotoSerifCJK") for path in fonts.installed()):
        assert "".join(name_on(rendered(name=name)).split()) == "".join(name.split())
    else:
        with pytest.raises(UnprintableName):
            rendered(name=name)


def test_what_has_no_shape_of_its_own_is_never_missing():
    assert glyphs_missing("a\u200db\u200cc\ufe0fd \u00a0\n\t") == []


def test_without_its_fonts_every_name_is_refused(monkeypatch):
    monkeypatch.setattr(fonts, "DIRECTORIES", ())
    fonts.has_glyph.cache_clear()
    try:
        assert glyphs_missing("Ada") == ["A", "d", "a"]
    finally:
        fonts.has_glyph.cache_clear()


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
        minutes_by_domain=[{"domain": f"A long domain name {n}", "minutes": 61} for n in range(12)],
    )
    assert re.search(r"^Pages: +1$", ask("pdfinfo", pdf, to=None), re.MULTILINE)
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
        {"minutes_by_domain": [{"domain": "M" * 120, "minutes": 61}], "minutes": 72_061},
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
            f'<div id="{one}" class="{one}" style="white-space: nowrap">'
            f"<p>{words if one == place else 'word'}</p></div>"
            for one in ("main", "foot", "side", "check")
        )
        return f"<html lang='en'><title>x</title><body><h2>Ada</h2>{boxes}</body></html>"

    assert render_pdf(CLASSIC, page("word " * 60), {}) is None
    assert render_pdf(CLASSIC, page("word"), {})


def test_too_much_text_is_refused_rather_than_cut():
    with pytest.raises(TooMuchForOnePage):
        rendered(description="Has shown in practice that they can listen. " * 400)


# Hostile text: C07 ----------------------------------------------------------------------------

MARKUP = [
    '<img src="{url}">',
    '<img src="{file}">',
    "<style>@import url({url});</style>",
    "<style>body{{background:url({url})}}</style>",
    "<style>@font-face{{font-family:x;src:url({url})}}</style>",
    "<style>p::before{{content:url({file})}}</style>",
    '<link rel="stylesheet" href="{url}">',
    '<link rel="attachment" href="{file}">',
    '<a rel="attachment" href="{file}">x</a>',
    '<object data="{file}"></object>',
    '<embed src="{file}">',
    '<iframe src="{url}"></iframe>',
    '<svg><image href="{url}"/></svg>',
    '<svg><use href="{file}#x"/></svg>',
    '<base href="{url}">',
    '<meta http-equiv="refresh" content="0;url={url}">',
    "</title><img src={url}>",
    "</p></div></body></html><img src={url}>",
    '" style="background:url({url})" x="',
    "' onload='x' src='{url}",
    "&lt;img src={url}&gt;",
    "&#60;img src={url}&#62;",
    "{{{{ settings.SECRET_KEY }}}} {url}",
    "{{% include '{file}' %}}",
    "{{% load static %}} {file}",
    "<!ENTITY x SYSTEM '{file}'>&x;",
    "<?xml-stylesheet href='{url}'?>",
    "<![CDATA[<img src='{url}'>]]>",
    "url({url})",
    "@import '{file}';",
]
WRAPPINGS = [
    "{}",
    "Ada {} Okafor",
    '">{}',
    "-->{}<!--",
    "</style></script>{}",
]


@pytest.fixture
def trap():
    """An address of this machine that remembers who called."""
    calls = []
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.2)
    over = threading.Event()

    def wait():
        while not over.is_set():
            try:
                caller, _ = listening.accept()
            except TimeoutError:
                continue
            calls.append(caller)
            caller.close()

    waiting = threading.Thread(target=wait)
    waiting.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/x", calls
    over.set()
    waiting.join()
    listening.close()


def test_hostile_text_in_any_field_is_only_text(trap, tmp_path):
    url, calls = trap
    canary = tmp_path / "canary.svg"
    canary.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>CANARY-7f3a</text></svg>")
    file = canary.as_uri()
    payloads = [
        wrapping.format(markup.format(url=url, file=file))
        for markup in MARKUP
        for wrapping in WRAPPINGS
    ]
    assert len(payloads) == 150
    for payload in payloads:
        pdf = rendered(
            name=payload[:120],
            award_name=payload,
            description=payload,
            limits=payload,
            issuer_name=payload[:60],
            signatory_name=payload[:60],
            signatory_role=payload,
            competencies=[{"code": "X", "name": payload}],
            minutes_by_domain=[{"domain": payload, "minutes": 60}],
        )
        inside = opened(pdf)
        assert b"CANARY-7f3a" not in inside
        assert b"/EmbeddedFile" not in inside
        assert b"/Filespec" not in inside
    assert calls == []
    # And what was typed stands there as it was typed.
    assert "".join(payload.split()) in "".join(words_of(pdf).split())


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "http://127.0.0.1:1/",
        "https://example.org/",
        "ftp://127.0.0.1/",
        "data:text/css,p{}",
        "packaged:other",
        "PACKAGED:PAPER.SVG",
    ],
)
def test_nothing_is_fetched_but_our_own_pictures(address):
    with pytest.raises(ValueError, match="opens no address"):
        PackagedOnly({"packaged:paper.svg": ("image/svg+xml", b"<svg/>")}).fetch(address)
