"""Renders the certificate of a credential: one page, from its frozen row and nothing else.

A credential and an address go in, the bytes of a PDF come out, in the design that the
credential names. The file is for screen readers (PDF/UA-1) and for archives (PDF/A-3a) at once, names
its language and title, and carries the signed credential inside where its row names one. The same
credential gives the same bytes. Text that was typed by people is only ever text here, and nothing
can be fetched but what this module hands over itself.
"""

from __future__ import annotations

import gc
import os
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import pydyf
import segno
import weasyprint.pdf
from django.template import engines
from django.utils import translation
from django.utils.translation import gettext as _
from weasyprint import CSS, HTML, Attachment
from weasyprint.css import ColorProfile
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from certificates.covered import group_covered
from certificates.dates import in_words
from certificates.designs import DESIGNS
from certificates.designs.base import Design
from certificates.exceptions import TooMuchForOnePage, UnprintableName
from certificates.fonts import fontconfig_rules, glyphs_missing, width_of
from certificates.models import Credential
from certificates.names import validate_printable_words
from certificates.typesetting import NameSetting, direction_of, set_name

TOLERANCE = 2 / 25.4 * 96  # two millimetres, in WeasyPrint's pixels: every gap is wider
QR_MASK = 4
QR_QUIET_ZONE = 4
COLOURS = "packaged"
SIGNATURE = "packaged:signature-{}.png"
CREDENTIAL = "packaged:credential.json"
CREDENTIAL_KIND = "application/vc"

ACCESSIBLE = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA Universal Accessibility</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of PDF/UA that the file keeps</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>\
</rdf:Description>"""
"""What says PDF/UA-1 in the metadata, with the description of that word which PDF/A asks for."""

Pictures = dict[str, tuple[str, bytes]]

# One page is rendered at a time: fontconfig and Pango share state between threads.
one_at_a_time = Lock()


def render_certificate(credential: Credential, *, verify_url: str) -> bytes:
    """The certificate of a credential, as a PDF.

    `verify_url` is its whole public address, such as https://host/verify/PSW-7K3M-QX9R-4TWK/.
    It is rendered in the language that the award is written in, so that the words of the
    design and the award's make one sentence. Raises UnprintableName or UnprintableWords, before
    anything is rendered, when a text on it has a character that none of our faces has, and
    TooMuchForOnePage when it does not fit.
    """
    design = DESIGNS[credential.design]
    with translation.override(credential.language):
        context = page_context(credential, design, verify_url=verify_url)
        validate_printable_context(context)
        pictures = pictures_of(credential, verify_url)
        for density in range(design.densities):
            html = render_html(design, {**context, "density": density})
            content = render_pdf(
                design,
                html,
                pictures,
                whole=bool(context["signatories"]),
                attachments=attachments_of(credential),
            )
            if content is not None:
                return content
    raise TooMuchForOnePage(credential.number)


def render_html(design: Design, context: dict[str, Any]) -> str:
    """The page of a design as HTML."""
    return load_template(design.name).render(context)


@cache
def load_template(design_name: str) -> Any:
    return engines["django"].from_string(DESIGNS[design_name].template())


# What stands on the page ------------------------------------------------------------------


def page_context(credential: Credential, design: Design, *, verify_url: str) -> dict[str, Any]:
    """All that the page says, as text, in the language that is active."""
    name = one_line(credential.name)
    award = one_line(credential.award_name)
    expires_on = credential.expires_on
    hours = credential.hours
    return {
        "language": credential.language,
        "title": f"{award}: {name}",
        "kind": word_for_certificate(award),
        "award": award,
        "award_is_long": width_of(award) > 22,
        "name": set_name(name, sizes=design.name_sizes, language=credential.language),
        "description": one_line(credential.description),
        "limits": one_line(credential.limits),
        "issuer": one_line(credential.issuer_name),
        "has_mark": credential.mark is not None,
        "signatory_name": one_line(credential.signatory_name),
        "signatory_role": one_line(credential.signatory_role),
        "signatories": signatures_on(credential),
        "covered": [one_line(group.name) for group in group_covered(credential.competencies)],
        "hours_label": one_line(hours.label) if hours else "",
        "hours": one_line(hours.text) if hours else "",
        "mode": hours.mode,
        "issued_at": credential.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "issued_on": in_words(credential.issued_on),
        "expires_on": in_words(expires_on) if expires_on else "",
        "number": credential.number,
        "verify_url": verify_url,
        "address": verify_url.split("://", 1)[-1].removesuffix(f"{credential.number}/"),
        "host": urlsplit(verify_url).netloc,
        "qr": "packaged:qr.png",
        "qr_text": _("A code to scan, which opens %(address)s") % {"address": verify_url},
    }


def signatures_on(credential: Credential) -> list[dict[str, str]]:
    """Who signed, in their order: name, role, and the picture of a signature with its words.

    Empty on a certificate of one name without a signature, which is set as it always was.
    """
    if credential.signatories is None:
        return []
    people = zip(credential.signatories.people, credential.signatories.pngs(), strict=True)
    return [
        {
            "name": one_line(person["name"]),
            "role": one_line(person["role"]),
            "picture": SIGNATURE.format(place) if png else "",
            "picture_text": _("Signature of %(name)s") % {"name": one_line(person["name"])},
        }
        for place, (person, png) in enumerate(people, 1)
    ]


def word_for_certificate(award: str) -> str:
    """“Certificate”, or nothing where the award's own name begins with that word."""
    word = _("Certificate")
    return "" if award.casefold().split(" ", 1)[0] == word.casefold() else word


def one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def validate_printable_context(context: dict[str, Any]) -> None:
    """Raise UnprintableName or UnprintableWords for what would be an empty box on the page."""
    name = context["name"].text
    if missing := glyphs_missing(name):
        raise UnprintableName(name, missing)
    validate_printable_words(*texts_in(context))


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


# The code to scan --------------------------------------------------------------------------


def pictures_of(credential: Credential, verify_url: str) -> Pictures:
    """The code to scan, the mark of the issuer where it has one, and the signatures."""
    pictures = {"packaged:qr.png": ("image/png", qr_png(qr_address(credential, verify_url)))}
    if credential.mark is not None:
        pictures["packaged:mark.png"] = ("image/png", bytes(credential.mark.png))
    if credential.signatories is not None:
        for place, png in enumerate(credential.signatories.pngs(), 1):
            if png:
                pictures[SIGNATURE.format(place)] = ("image/png", png)
    return pictures


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


# The credential inside ------------------------------------------------------------------------


def attachments_of(credential: Credential) -> list[Attachment]:
    """The signed credential for programs, byte for byte, as the data that the page shows.

    None where its row names none, as on files from before there were any.
    """
    badge = credential.attached
    if badge is None:
        return []
    content = badge.document.encode()
    signed_at = badge.made_at.astimezone(UTC)
    return [
        Attachment(
            url=CREDENTIAL,
            url_fetcher=PackagedOnly({CREDENTIAL: (CREDENTIAL_KIND, content)}),
            name=f"{credential.number}-badge.json",
            description=_("This certificate as a signed Open Badge, which programs can check"),
            created=signed_at,
            modified=signed_at,
            relationship="Data",
        )
    ]


# Rendering -----------------------------------------------------------------------------------


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


def render_pdf(
    design: Design,
    html: str,
    pictures: Pictures,
    *,
    whole: bool = False,
    attachments: Sequence[Attachment] = (),
) -> bytes | None:
    """The page as a PDF, or None when something on it runs into something else.

    `whole` measures blocks by their outer box, as `Design.measured_whole` does.
    """
    with one_at_a_time, without_collecting():
        style = load_style(design.name)
        options = {
            "pdf_variant": "pdf/a-3a",
            "output_intent": COLOURS,
            "stylesheets": [style.css],
            "attachments": list(attachments),
        }
        fetcher = PackagedOnly({**style.pictures, **pictures})
        document = HTML(string=html, url_fetcher=fetcher).render(style.fonts, **options)
        if not fits(document, design, whole=whole or design.measured_whole):
            return None
        document.color_profiles[COLOURS] = ColorProfile(
            BytesIO(colours()), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"])
        )
        return bytes(document.write_pdf(finisher=complete, **options))


@cache
def colours() -> bytes:
    """What its colours mean, which PDF/A asks for. WeasyPrint would open the file each time, and
    leave it open."""
    return (files(weasyprint.pdf) / "sRGB2014.icc").read_bytes()


@contextmanager
def without_collecting() -> Iterator[None]:
    """Keep Python from looking for circles of objects meanwhile. Called under the lock.

    A page is made of hundreds of thousands of objects that are all in use until it is done. They
    would be searched again and again, and nothing found.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True)
class Style:
    """What is read once in a process and used for every certificate of a design."""

    fonts: FontConfiguration
    css: CSS
    pictures: Pictures


@cache
def load_style(design_name: str) -> Style:
    """The style of a design. Called under the lock."""
    design = DESIGNS[design_name]
    pictures = {"packaged:paper.svg": ("image/svg+xml", design.drawing())}
    fonts = font_configuration()
    css = CSS(string=design.style(), url_fetcher=PackagedOnly(pictures), font_config=fonts)
    return Style(fonts, css, pictures)


def complete(document: Any, pdf: pydyf.PDF) -> None:
    """Add what the file still lacks when WeasyPrint has written it."""
    complete_tags(document, pdf)
    declare_accessible(pdf)
    if "AF" in pdf.catalog:
        # WeasyPrint 70 names what is attached twice.
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    for item in pdf.objects:
        # An archive is to show a picture as it is, and not smoothed.
        if isinstance(item, pydyf.Stream) and "Interpolate" in item.extra:
            item.extra["Interpolate"] = "false"


def declare_accessible(pdf: pydyf.PDF) -> None:
    """Say in the file that it keeps PDF/UA-1, too: WeasyPrint 70 can name one standard only."""
    metadata = next(item for item in pdf.objects if stream_kind(item) == "/Metadata")
    before, end, after = metadata.stream[0].rpartition(b"</rdf:RDF>")
    metadata.stream[0] = before + ACCESSIBLE + end + after


def stream_kind(item: Any) -> str | None:
    return item.extra.get("Type") if isinstance(item, pydyf.Stream) else None


def complete_tags(document: Any, pdf: pydyf.PDF) -> None:
    """Add what the page's structure still lacks when WeasyPrint has written it.

    The name as it was typed: in scripts whose letters join or change places, the shapes
    alone no longer tell a screen reader or a search which letters they were. And the place
    of the picture, which WeasyPrint 70 gives in pixels from the top instead of points from
    the bottom.
    """
    page = document.pages[0]
    heading = next(element for element in pdf.objects if structure_kind(element) == "/H2")
    lines = zip(content_ids(heading, pdf), lines_of_name(page), strict=True)
    actual_texts = {mark: text for mark, text in lines if not reads_right_from_shapes(text)}
    for content in pdf.objects:
        for mark in getattr(content, "stream", ()):
            if isinstance(mark, pydyf.Dictionary) and mark.get("MCID") in actual_texts:
                mark["ActualText"] = pydyf.String(actual_texts[mark["MCID"]])
        if structure_kind(content) == "/Figure":
            left, top, right, bottom = (pixels * 0.75 for pixels in content["A"]["BBox"])
            height = page.height * 0.75
            content["A"]["BBox"] = pydyf.Array((left, height - bottom, right, height - top))


def reads_right_from_shapes(text: str) -> bool:
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
        rules = Path(folder) / "fonts.conf"
        rules.write_text(fontconfig_rules(), encoding="utf-8")
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(rules)
        try:
            return FontConfiguration()
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


def fits(document: Any, design: Design, *, whole: bool) -> bool:
    """Whether all is on one page, each text within its box, and no box on top of another.

    Where it is not `whole`, a block that has text of its own is measured by its last line, as
    all were once: what was issued then has to come out the same when it is made again.
    """
    if len(document.pages) != 1:
        return False
    named = [
        (box.element.get("id"), box)
        for box in document.pages[0]._page_box.descendants(placeholders=True)
        if box.element is not None and box.element.get("id")
    ]
    places = dict(reversed(named) if whole else named)
    bottoms = {name: box.position_y + box.margin_height() for name, box in places.items()}
    return all(
        bottoms[upper] <= places[lower].position_y for upper, lower in design.stacked
    ) and all(map(is_as_wide_as_its_texts, places.values()))


def is_as_wide_as_its_texts(box: Any) -> bool:
    """Whether no line runs out of a box to the right or to the left, within a tolerance."""
    left, right = box.position_x - TOLERANCE, box.position_x + box.width + TOLERANCE
    return all(
        left <= text.position_x and text.position_x + text.width <= right
        for text in box.descendants(placeholders=True)
        if isinstance(text, TextBox)
    )
