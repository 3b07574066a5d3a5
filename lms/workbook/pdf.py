"""Renders a workbook: HTML goes in, the bytes of a tagged PDF come out.

The file is for screen readers (PDF/UA-1) and for archives (PDF/A-3a), with its language, its title
and an outline. It opens no address at all. See docs/decisions/0137.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

import pydyf
from weasyprint import CSS, HTML
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration

from certificates.pdf import (
    COLOURS,
    PackagedOnly,
    colours,
    declare_accessible,
    font_configuration,
    one_at_a_time,
    without_collecting,
)
from lms.workbook.sizes import SIZES

STYLE = """
@page {
  size: %(size)s;
  margin: 22mm 20mm 20mm;
  @top-left { content: string(module); font: 400 8.5pt "Noto Sans"; color: #5c5347; }
  @top-right { content: string(lesson); font: 400 8.5pt "Noto Sans"; color: #5c5347; }
  @bottom-center { content: counter(page); font: 400 8.5pt "Noto Sans"; color: #5c5347; }
}
@page :first { @top-left { content: none; } @top-right { content: none; } }
html { font: 400 10.5pt/1.5 "Noto Sans"; color: #2b2722; overflow-wrap: anywhere; }
body, h1, h2, h3, p, ul, ol, dl, dd { margin: 0; padding: 0; font-weight: 400; }
h1 { font: 400 26pt/1.2 "Noto Serif Display"; color: #235549; margin-bottom: 3mm;
  string-set: module content(); }
h2 { font: 400 17pt/1.25 "Noto Serif Display"; color: #235549; margin: 9mm 0 2mm; break-after: avoid; }
.lesson > h2, .card > h2 { margin-top: 0; string-set: lesson content(); }
h3 { font-size: 10pt; letter-spacing: 0.06em; color: #a84f2d; margin: 5mm 0 1.5mm; break-after: avoid; }
p { margin-bottom: 2mm; orphans: 3; widows: 3; }
ul, ol { padding-left: 6mm; }
li { margin-bottom: 1.5mm; }
dt { margin-top: 2.5mm; color: #235549; break-after: avoid; }
dt, dd { break-inside: avoid; }
dd { margin-left: 6mm; }
dl + .quiet { margin-top: 6mm; }
.quiet { color: #5c5347; font-size: 9pt; }
.note { border-left: 1mm solid #a84f2d; padding-left: 3mm; }
.prompt { break-inside: avoid; margin-bottom: 5mm; }
.prompt--written { break-inside: auto; }
.written { white-space: pre-wrap; border-left: 0.6mm solid #235549; padding-left: 4mm; }
.line { height: 9mm; border-bottom: 0.25mm solid #8d8375; }
.lesson { break-before: page; }
.card { break-before: page; }
.own { border-bottom: 0.25mm solid #8d8375; padding-top: 8mm; }
"""


def render_workbook(html: str, size: str) -> bytes:
    """The workbook on sheets of a size, as a PDF. The same HTML gives the same words."""
    with one_at_a_time, without_collecting():
        fonts, css = _style(size)
        options = {
            "pdf_variant": "pdf/a-3a",
            "output_intent": COLOURS,
            "stylesheets": [css],
        }
        document = HTML(string=html, url_fetcher=PackagedOnly({})).render(fonts, **options)
        document.color_profiles[COLOURS] = ColorProfile(
            BytesIO(colours()), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"])
        )
        return bytes(document.write_pdf(finisher=_complete, **options))


@cache
def _style(size: str) -> tuple[FontConfiguration, CSS]:
    """The style of a size. Called under the lock."""
    fonts = font_configuration()
    style = STYLE % {"size": SIZES[size]}
    return fonts, CSS(string=style, url_fetcher=PackagedOnly({}), font_config=fonts)


def _complete(document: Any, pdf: pydyf.PDF) -> None:
    declare_accessible(pdf)
