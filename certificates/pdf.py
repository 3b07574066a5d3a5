"""The printed face of a credential: one page, drawn from its frozen row and nothing else.

Answers only: a credential and an address go in, the bytes of a PDF come out. The page is
tagged for screen readers (PDF/UA-1), names its language and title, and the same credential
gives the same bytes. Text that was typed by people is only ever text here, and nothing can be
fetched but the two pictures that this module hands over itself.
"""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import pydyf
import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from weasyprint import CSS, HTML
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from certificates.dates import in_hours, in_words
from certificates.exceptions import NameCannotBeSet, TooMuchForOnePage
from certificates.fonts import fontconfig_rules, glyphs_missing, width_of
from certificates.models import Credential
from certificates.names import refuse_unprintable_words

LINE_POINTS = 178 / 25.4 * 72 * 0.97  # as wide as the name's box, and a little air
LARGEST = {1: 42.0, 2: 33.0, 3: 24.0}  # points, by the number of lines
COMFORTABLE = 27.0
SMALLEST_UNBROKEN = 13.0
DENSITIES = (0, 1, 2)
HAIR = 2 / 25.4 * 96  # two millimetres, in the renderer's pixels: a gap on every side is wider
QR_MASK = 4
QR_QUIET_ZONE = 4

# One page is drawn at a time: fontconfig and Pango share what they remember.
_drawing = Lock()


def render_certificate(credential: Credential, *, verify_url: str) -> bytes:
    """The certificate of a credential, as a PDF.

    `verify_url` is its whole public address, such as https://host/verify/PSW-7K3M-QX9R-4TWK/.
    It is drawn in the language that the award is written in, so that its own words and the
    award's make one sentence. Raises NameCannotBeSet or WordsCannotBeSet, before anything is
    drawn, when a text on it has a character that none of our faces can show, and
    TooMuchForOnePage when it does not fit.
    """
    with translation.override(credential.language):
        shown = facts(credential, verify_url=verify_url)
        refuse_what_cannot_be_set(shown)
        pictures = {"packaged:qr.png": ("image/png", qr_png(qr_address(credential, verify_url)))}
        for density in DENSITIES:
            html = render_to_string("certificates/certificate.html", {**shown, "density": density})
            drawn = draw(html, pictures, name=shown["name"])
            if drawn is not None:
                return drawn
    raise TooMuchForOnePage(credential.number)


# What stands on the page ------------------------------------------------------------------


def facts(credential: Credential, *, verify_url: str) -> dict[str, Any]:
    """All that the page says, as text, in the language that is active."""
    name = one_line(credential.name)
    award = one_line(credential.award_name)
    expires_on = credential.expires_on
    return {
        "language": credential.language,
        "title": f"{award}: {name}",
        "kind": kind_unless_said(award),
        "award": award,
        "award_is_long": width_of(award) > 22,
        "name": setting_of(name, language=credential.language),
        "description": one_line(credential.description),
        "limits": one_line(credential.limits),
        "issuer": one_line(credential.issuer_name),
        "signatory_name": one_line(credential.signatory_name),
        "signatory_role": one_line(credential.signatory_role),
        "competencies": [one_line(item["name"]) for item in credential.competencies],
        "hours": [
            {"domain": one_line(row["domain"]), "hours": in_hours(row["minutes"])}
            for row in credential.minutes_by_domain
        ],
        "total": in_hours(credential.minutes) if credential.minutes else "",
        "issued_at": credential.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "issued_on": in_words(credential.issued_on),
        "expires_on": in_words(expires_on) if expires_on else "",
        "number": credential.number,
        "verify_url": verify_url,
        "address": verify_url.split("://", 1)[-1].removesuffix(f"{credential.number}/"),
        "qr": "packaged:qr.png",
        "qr_text": _("A code to scan, which opens %(address)s") % {"address": verify_url},
    }


def kind_unless_said(award: str) -> str:
    """What this paper is, unless the award's own name begins by saying so."""
    kind = _("Certificate")
    return "" if award.casefold().split(" ", 1)[0] == kind.casefold() else kind


def one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def refuse_what_cannot_be_set(shown: dict[str, Any]) -> None:
    """Raise NameCannotBeSet or WordsCannotBeSet for what would be an empty box on the page."""
    name = shown["name"].text
    if missing := glyphs_missing(name):
        raise NameCannotBeSet(name, missing)
    refuse_unprintable_words(*texts_in(shown))


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, NameSetting):
        yield value.text
    elif isinstance(value, dict):
        yield from texts_in(list(value.values()))
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)


# The name: large where it can be, smaller or on more lines where it must ----------------------


@dataclass(frozen=True)
class NameSetting:
    """How a name is set: its lines, their size, and which way it runs."""

    text: str
    lines: list[str]
    points: str
    direction: str
    language: str = ""
    breaks_anywhere: bool = False


def setting_of(name: str, *, language: str) -> NameSetting:
    """As large as fits: one line, or two or three of like length, or closer still."""
    words = name.split(" ")
    choices = [(lines, size_for(lines)) for lines in map(list, balanced(words))]
    lines, size = next(
        (choice for choice in choices if choice[1] >= COMFORTABLE),
        max(choices, key=lambda choice: choice[1]),
    )
    anywhere = size < SMALLEST_UNBROKEN
    if anywhere:
        # One word longer than the page is wide, or a name written without spaces.
        lines, size = [name], size_broken_anywhere(name)
    return NameSetting(
        text=name,
        lines=lines,
        points=f"{int(size * 10) / 10}",
        direction=direction_of(name),
        language=language_of(name, language),
        breaks_anywhere=anywhere,
    )


def balanced(words: list[str]) -> Iterator[list[str]]:
    """The words on one line, on two and on three, the longest line as short as can be."""
    yield [" ".join(words)]
    for count in range(2, min(3, len(words)) + 1):
        yield shortest(words, count)


def shortest(words: list[str], count: int) -> list[str]:
    if count == 1:
        return [" ".join(words)]
    choices = (
        [" ".join(words[:first]), *shortest(words[first:], count - 1)]
        for first in range(1, len(words) - count + 2)
    )
    return min(choices, key=lambda lines: max(map(width_of, lines)))


def size_for(lines: list[str]) -> float:
    widest = max(map(width_of, lines)) or 1.0
    return min(LARGEST[len(lines)], LINE_POINTS / widest)


def size_broken_anywhere(name: str) -> float:
    """The size at which a text that may break at any letter takes three lines at most."""
    widest = max(map(width_of, name)) or 1.0
    return min(20.0, LINE_POINTS / (width_of(name) / 3 + widest))


def direction_of(text: str) -> str:
    """Which way a text runs: that of its first letter that has a direction."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in {"R", "AL"}:
            return "rtl"
    return "ltr"


SCRIPT_LANGUAGES = (
    (re.compile("[\u3040-\u30ff]"), "ja"),
    (re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"), "ko"),
    (re.compile("[\u3100-\u312f]"), "zh-TW"),
    (re.compile("[\u3400-\u9fff\U00020000-\U000323af]"), "zh"),
)


def language_of(name: str, language: str) -> str:
    """The language whose shapes a name in Chinese characters is drawn in, or none to say."""
    for pattern, spoken in SCRIPT_LANGUAGES:
        if pattern.search(name):
            return language if spoken == "zh" and language in {"ja", "ko", "zh-TW"} else spoken
    return ""


# The code to scan --------------------------------------------------------------------------


def qr_address(credential: Credential, verify_url: str) -> str:
    """The short way to the public page, in the capitals that make a small code."""
    parts = urlsplit(verify_url)
    return f"{parts.scheme}://{parts.netloc}/C/{credential.code}".upper()


def qr_png(address: str) -> bytes:
    """A code of one pixel a module, in black and white, with its quiet zone."""
    code = segno.make_qr(address, error="m", mask=QR_MASK, boost_error=False)
    file = BytesIO()
    code.save(file, kind="png", scale=1, border=QR_QUIET_ZONE)
    return file.getvalue()


# Drawing -----------------------------------------------------------------------------------

Pictures = dict[str, tuple[str, bytes]]


class PackagedOnly(URLFetcher):
    """Hands over the pictures it was given by their made-up addresses, and opens no other."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__(allowed_protocols=[], allow_redirects=False)
        self.pictures = pictures

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url not in self.pictures:
            raise ValueError("A certificate opens no address but those of its own pictures.")
        kind, content = self.pictures[url]
        return URLFetcherResponse(url, content, {"Content-Type": kind})


def draw(html: str, pictures: Pictures, *, name: NameSetting) -> bytes | None:
    """The page as a PDF, or None when something on it runs into something else."""
    with _drawing:
        press = made_ready()
        options = {"pdf_variant": "pdf/ua-1", "stylesheets": [press.css]}
        fetcher = PackagedOnly({**press.pictures, **pictures})
        document = HTML(string=html, url_fetcher=fetcher).render(press.fonts, **options)
        if not fits(document):
            return None
        return bytes(document.write_pdf(finisher=finish, **options))


@dataclass(frozen=True)
class Press:
    """What is made ready once in a process and used for every certificate."""

    fonts: FontConfiguration
    css: CSS
    pictures: Pictures


@cache
def made_ready() -> Press:
    folder = Path(settings.BASE_DIR) / "templates" / "certificates"
    pictures = {"packaged:paper.svg": ("image/svg+xml", (folder / "paper.svg").read_bytes())}
    fonts = font_configuration()
    css = CSS(
        string=(folder / "certificate.css").read_text("utf-8"),
        url_fetcher=PackagedOnly(pictures),
        font_config=fonts,
    )
    return Press(fonts, css, pictures)


def finish(document: Any, pdf: pydyf.PDF) -> None:
    """What the page's structure still lacks when WeasyPrint has written it.

    The name as it was typed: in scripts whose letters join or change places, the shapes
    alone no longer tell a screen reader or a search which letters they were. And the place
    of the picture, which WeasyPrint 70 gives in pixels from the top instead of points from
    the bottom.
    """
    page = document.pages[0]
    heading = next(element for element in pdf.objects if structure_kind(element) == "/H2")
    lines = zip(content_ids(heading, pdf), lines_of_name(page), strict=True)
    marked = {mark: text for mark, text in lines if not reads_right_as_drawn(text)}
    for content in pdf.objects:
        for mark in getattr(content, "stream", ()):
            if isinstance(mark, pydyf.Dictionary) and mark.get("MCID") in marked:
                mark["ActualText"] = pydyf.String(marked[mark["MCID"]])
        if structure_kind(content) == "/Figure":
            left, top, right, bottom = (pixels * 0.75 for pixels in content["A"]["BBox"])
            height = page.height * 0.75
            content["A"]["BBox"] = pydyf.Array((left, height - bottom, right, height - top))


def reads_right_as_drawn(text: str) -> bool:
    """Whether every reader gets the letters right from the shapes.

    They do for what runs from right to left without marks above and below, and some readers
    turn the letters that we give them round a second time.
    """
    return direction_of(text) == "rtl" and not any(map(unicodedata.combining, text))


def structure_kind(item: Any) -> str | None:
    is_element = isinstance(item, pydyf.Dictionary) and item.get("Type") == "/StructElem"
    return item["S"] if is_element else None


def content_ids(element: Any, pdf: pydyf.PDF) -> Iterator[int]:
    """The marks of a structure element's text on the page, in reading order."""
    for kid in element["K"]:
        if isinstance(kid, int):
            yield kid
        else:
            yield from content_ids(pdf.objects[int(kid.split()[0])], pdf)


def lines_of_name(page: Any) -> Iterator[str]:
    for box in page._page_box.descendants(placeholders=True):
        if isinstance(box, TextBox) and box.element is not None and box.element.tag == "h2":
            yield box.text


def font_configuration() -> FontConfiguration:
    """A font configuration that knows the certificate's faces and no other.

    Fontconfig is told which by a file of its own, whose address it reads from the
    environment at the moment a configuration is made. Called under the lock.
    """
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "fonts.conf"
        told.write_text(fontconfig_rules(), encoding="utf-8")
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(told)
        try:
            return FontConfiguration()
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


def fits(document: Any) -> bool:
    """Whether all is on one page, each text within its box, and no box on top of another."""
    if len(document.pages) != 1:
        return False
    places = {
        box.element.get("id"): box
        for box in document.pages[0]._page_box.descendants(placeholders=True)
        if box.element is not None and box.element.get("id")
    }
    bottom = {name: box.position_y + box.margin_height() for name, box in places.items()}
    return (
        bottom["main"] <= places["foot"].position_y
        and bottom["side"] <= places["check"].position_y
        and all(map(is_as_wide_as_its_texts, places.values()))
    )


def is_as_wide_as_its_texts(box: Any) -> bool:
    """Whether no line runs out of a box to the right or to the left, but for a hair."""
    left, right = box.position_x - HAIR, box.position_x + box.width + HAIR
    return all(
        left <= text.position_x and text.position_x + text.width <= right
        for text in box.descendants(placeholders=True)
        if isinstance(text, TextBox)
    )
