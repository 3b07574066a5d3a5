"""Blocks that any page may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape
from itertools import zip_longest
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock as GridBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtailmedia.blocks import AudioChooserBlock, VideoChooserBlock

from courses.blocks.advice import DoDontValue
from courses.blocks.rows import empty_rows
from courses.uploads import pictures
from courses.uploads.choosing import CaptionsChooserBlock, captions_of
from courses.uploads.exceptions import NotCaptions

PROSE = ["h2", "h3", "bold", "italic", "ul", "ol", "link", "document-link"]
INLINE = ["bold", "italic", "link"]
END_OF_LINE = re.compile(r"</(p|li|h\d)>|<br */?>")

TEXT = _("1. Text and media")
GRID = {"minCols": 2, "renderer": "text", "language": "en-US"}
"""How a table is edited, in the words of the grid's own options."""


def text_of(markup: Any) -> str:
    """The words of rich text, without its tags."""
    source = getattr(markup, "source", markup)
    return unescape(strip_tags(END_OF_LINE.sub(r"\g<0>\n", str(source))))


class ShownBlock(blocks.StructBlock):
    """A block that says which of its words stand on the page for everyone who reads it.

    Words that only open on request, and feedback, are not among them: hours are counted from
    what is shown.
    """

    def text_shown(self, value: Any) -> str:
        """The words that are read without opening anything; none, unless a block says so."""
        return ""


class ProseBlock(blocks.RichTextBlock):
    """Headings, paragraphs and lists."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": PROSE, **kwargs})

    def text_shown(self, value: Any) -> str:
        return text_of(value)

    class Meta:
        label = _("prose")
        icon = "pilcrow"
        group = TEXT
        template = "courses/blocks/prose.html"
        preview_value = (
            "<h2>Why it matters</h2><p>Feeling heard is often the help itself. "
            "You do not need the right words. You need to stay.</p>"
        )
        description = _("Headings, paragraphs and lists. Keep paragraphs short.")


class KeyPointBlock(ShownBlock):
    """One thing to carry away, set apart from the text around it."""

    text = blocks.TextBlock(label=_("key point"), rows=2, max_length=400)

    class Meta:
        label = _("key point")
        icon = "key"
        group = TEXT
        template = "courses/blocks/key_point.html"
        preview_value = {
            "text": "Ask, share one short thing, then ask again. The choice stays with them."
        }
        description = _("The one thing to remember. Two in a lesson are plenty.")

    def text_shown(self, value: Any) -> str:
        return str(value["text"])


class ImageValue(blocks.StructValue):
    """A picture as a page shows it."""

    @property
    def alternative_text(self) -> str:
        """What is read out in its place; nothing where it is decoration."""
        return "" if self.get("decorative") else str(self.get("alternative") or "")

    @property
    def is_moving(self) -> bool:
        return bool(self["image"] and pictures.is_moving(self["image"].file.name))


class ImageBlock(ShownBlock):
    """A picture that adds something the words do not."""

    image = ImageChooserBlock(label=_("image"))
    alternative = blocks.CharBlock(
        label=_("alternative text"),
        required=False,
        help_text=_("What the picture tells, for someone who cannot see it."),
    )
    decorative = blocks.BooleanBlock(
        label=_("Decorative: it tells nothing that the text does not"), required=False
    )
    caption = blocks.CharBlock(label=_("caption"), required=False)

    class Meta:
        label = _("image")
        icon = "image"
        group = TEXT
        value_class = ImageValue
        template = "courses/blocks/image.html"
        preview_template = "courses/admin/previews/image.html"
        description = _("A picture with alternative text, unless it is only decoration.")

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if self.is_deferred_validation:
            return value
        if not value["alternative"].strip() and not value["decorative"]:
            raise blocks.StructBlockValidationError(
                {
                    "alternative": ValidationError(
                        _("Say what the picture tells, or mark it as decorative.")
                    )
                }
            )
        return value

    def text_shown(self, value: Any) -> str:
        return value.get("caption") or ""


class AudioBlock(ShownBlock):
    """A recording, always with its words."""

    audio = AudioChooserBlock(label=_("recording"))
    title = blocks.CharBlock(label=_("title"))
    transcript = blocks.RichTextBlock(label=_("transcript"), features=["bold", "italic", "ul"])

    class Meta:
        label = _("audio")
        icon = "media"
        group = TEXT
        template = "courses/blocks/audio.html"
        preview_template = "courses/admin/previews/audio.html"
        description = _("A recording with its transcript. It never starts by itself.")

    def text_shown(self, value: Any) -> str:
        return str(value["title"])


class VideoBlock(ShownBlock):
    """A film, always with captions and its words."""

    video = VideoChooserBlock(label=_("film"))
    title = blocks.CharBlock(label=_("title"))
    captions = CaptionsChooserBlock(
        label=_("captions"),
        help_text=_("WebVTT (.vtt) or SubRip (.srt), in the film’s language."),
    )
    transcript = blocks.RichTextBlock(label=_("transcript"), features=["bold", "italic", "ul"])

    class Meta:
        label = _("video")
        icon = "media"
        group = TEXT
        template = "courses/blocks/video.html"
        preview_template = "courses/admin/previews/video.html"
        description = _("A film with captions and a transcript. It never starts by itself.")

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if self.is_deferred_validation:
            return value
        try:
            captions_of(value["captions"])
        except NotCaptions as problem:
            raise blocks.StructBlockValidationError(
                {"captions": ValidationError(str(problem))}
            ) from problem
        return value

    def text_shown(self, value: Any) -> str:
        return str(value["title"])


class QuoteBlock(ShownBlock):
    """A line somebody says, set as speech."""

    words = blocks.TextBlock(label=_("words"), rows=2)
    speaker = blocks.CharBlock(label=_("who says it"), required=False)

    class Meta:
        label = _("quote or spoken line")
        icon = "openquote"
        group = TEXT
        template = "courses/blocks/quote.html"
        preview_value = {
            "words": "“You got up and came. That counts.”",
            "speaker": "Sam, peer supporter",
        }
        description = _("Words to hear in your head: a sample line or a quotation.")

    def text_shown(self, value: Any) -> str:
        return f"{value['words']} {value.get('speaker') or ''}"


class DoDontBlock(ShownBlock):
    """Short lines in two columns: do this, and don’t do that."""

    title = blocks.CharBlock(label=_("title"))
    do = blocks.ListBlock(blocks.CharBlock(label=_("do")), label=_("do"), min_num=1)
    dont = blocks.ListBlock(blocks.CharBlock(label=_("don’t")), label=_("don’t"), min_num=1)

    class Meta:
        label = _("do and don’t")
        icon = "list-ul"
        group = TEXT
        value_class = DoDontValue
        template = "courses/blocks/do_dont.html"
        preview_value = {
            "title": "When somebody goes quiet",
            "do": ["Wait five slow breaths", "“No rush. I’m here.”"],
            "dont": ["Fill the gap with advice", "“Are you even listening?”"],
        }
        description = _("Two columns of short lines. Each is shown with its own sign and word.")

    def text_shown(self, value: Any) -> str:
        return " ".join([value["title"], *value["do"], *value["dont"]])


class OneStepBlock(blocks.StructBlock):
    """One of several steps: its short name, and how it is done."""

    title = blocks.CharBlock(label=_("step"))
    text = blocks.TextBlock(label=_("how"), required=False, rows=2)

    class Meta:
        label = _("step")


class StepsBlock(ShownBlock):
    """Something done in order."""

    title = blocks.CharBlock(label=_("title"), required=False)
    steps = blocks.ListBlock(
        OneStepBlock(),
        label=_("steps"),
        min_num=2,
        default=empty_rows(OneStepBlock(), 2),
    )

    class Meta:
        label = _("steps")
        icon = "list-ol"
        group = TEXT
        template = "courses/blocks/steps.html"
        preview_value = {
            "title": "Three quiet minutes",
            "steps": [
                {"title": "Stop", "text": "Feel your feet on the floor."},
                {"title": "Put the last thing down", "text": "Write it on a scrap of paper."},
            ],
        }
        description = _("Numbered steps, each with a short name.")

    def text_shown(self, value: Any) -> str:
        return " ".join(
            [
                value.get("title") or "",
                *(f"{step['title']} {step.get('text') or ''}" for step in value["steps"]),
            ]
        )


def as_grid(table: Mapping[str, Any]) -> dict[str, Any]:
    """A table in the form that Wagtail's table block keeps it in."""
    return {
        "data": [list(table["header"]), *map(list, table["rows"])],
        "table_caption": table["caption"],
        "table_header_choice": "both",
        "first_row_is_table_header": True,
        "first_col_is_header": True,
    }


def trimmed(data: Sequence[Sequence[str | None]]) -> list[list[str]]:
    """The cells of a grid as text, without empty rows, or columns that are empty in every row."""
    cells = [[(cell or "").strip() for cell in row] for row in data]
    rows = [row for row in cells if any(row)]
    columns = [column for column in zip_longest(*rows, fillvalue="") if any(column)]
    return [list(row) for row in zip(*columns, strict=True)]


class TableBlock(GridBlock):
    """Facts side by side, with a header row. It is edited as a grid, which takes pasted tables.

    Its value is that of Wagtail's own table block. Whatever makes a page in code may give
    `{"caption": …, "header": […], "rows": [[…]]}` instead.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"table_options": GRID, **kwargs})

    class Meta:
        label = _("table")
        icon = "table"
        group = TEXT
        template = "courses/blocks/table.html"
        default = as_grid({"caption": "", "header": ["", ""], "rows": [["", ""], ["", ""]]})
        preview_value: ClassVar[dict[str, Any]] = {
            "caption": "Closed and open questions",
            "header": ["Closed", "Open"],
            "rows": [["Are you settling in?", "What’s it been like since you moved?"]],
        }
        description = _("A small table with a caption and column headings.")

    def normalize(self, value: Any) -> Any:
        return as_grid(value) if isinstance(value, dict) and "rows" in value else value

    def to_python(self, value: Any) -> Any:
        return super().to_python(self.normalize(value))

    def value_from_form(self, value: Any) -> Any:
        """As Wagtail's; what is no table, as where the grid was not there yet, is an empty one."""
        try:
            table = super().value_from_form(value)
        except ValueError:
            table = None
        return table if isinstance(table, dict) else {}

    def clean(self, value: Any) -> Any:
        """The table without empty rows and columns at its edges.

        Raises:
            ValidationError: it has no caption, a column without a heading, or nothing below them.
        """
        if not value:
            return super().clean(value)
        header, *rows = trimmed(value.get("data") or []) or [[]]
        caption = (value.get("table_caption") or "").strip()
        if not self.is_deferred_validation:
            if len(header) < 2 or not all(header) or not rows:
                raise ValidationError(
                    _("Fill in a heading for each of at least two columns, and a row below them.")
                )
            if not caption:
                raise ValidationError(_("Say in the caption what the table shows."))
        return super().clean(as_grid({"caption": caption, "header": header, "rows": rows}))

    def render(self, value: Any, context: Any = None) -> str:
        """Each row is drawn as its first cell, and the others under the names of their columns."""
        header, *rows = (value or {}).get("data") or [[]]
        names = header[1:]
        table = {
            "caption": (value or {}).get("table_caption") or "",
            "header": header,
            "rows": [(cells[0], list(zip(names, cells[1:], strict=False))) for cells in rows],
        }
        return render_to_string(self.meta.template, {**(context or {}), "value": table})

    def text_shown(self, value: Any) -> str:
        table = value or {}
        cells = (cell or "" for row in table.get("data") or [] for cell in row)
        return " ".join([table.get("table_caption") or "", *cells])


PROSE_BLOCKS = [
    ("prose", ProseBlock()),
    ("key_point", KeyPointBlock()),
    ("image", ImageBlock()),
    ("audio", AudioBlock()),
    ("video", VideoBlock()),
    ("quote", QuoteBlock()),
    ("do_dont", DoDontBlock()),
    ("steps", StepsBlock()),
    ("table", TableBlock()),
]
"""For standing pages and lessons alike."""
