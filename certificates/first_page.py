"""The first page of a PDF as a picture. It knows neither Django nor the database: it runs apart."""

from __future__ import annotations

from contextlib import closing
from io import BytesIO

import pypdfium2
from PIL import Image

WIDTH = 900
COLOURS = 128
"""Enough for drawn paper and letters: the eye sees no step, and the file is a third of the size."""


def render_first_page(content: bytes) -> bytes:
    """The first page as a PNG that is 900 pixels wide. Links and fields are not painted.

    Raises pypdfium2.PdfiumError for what is no PDF.
    """
    with closing(pypdfium2.PdfDocument(content)) as document, closing(document[0]) as page:
        # Half a pixel less, which is rounded up: a whole one might become one too many.
        scale = (WIDTH - 0.5) / page.get_width()
        with closing(page.render(scale=scale, draw_annots=False)) as bitmap:
            picture = bitmap.to_pil().convert("RGB")
    file = BytesIO()
    picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(file, "PNG", optimize=True)
    return file.getvalue()
