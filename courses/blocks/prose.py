"""Blocks that any page may hold."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtailmedia.blocks import AudioChooserBlock, VideoChooserBlock

from courses.blocks.advice import DoDontValue

PROSE = ["h2", "h3", "bold", "italic", "ul", "ol", "link", "document-link"]
INLINE = ["bold", "italic", "link"]

TEXT = _("1. Text and media")


class ProseBlock(blocks.RichTextBlock):
    """Headings, paragraphs and lists."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": PROSE, **kwargs})

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


class KeyPointBlock(blocks.StructBlock):
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


class ImageBlock(blocks.StructBlock):
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


class AudioBlock(blocks.StructBlock):
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


class VideoBlock(blocks.StructBlock):
    """A film, always with captions and its words."""

    video = VideoChooserBlock(label=_("film"))
    title = blocks.CharBlock(label=_("title"))
    captions = DocumentChooserBlock(
        label=_("captions"), help_text=_("A WebVTT file, ending in .vtt, in the film’s language.")
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
        if not value["captions"].filename.lower().endswith(".vtt"):
            raise blocks.StructBlockValidationError(
                {"captions": ValidationError(_("Choose a caption file that ends in .vtt."))}
            )
        return value


class QuoteBlock(blocks.StructBlock):
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


class DoDontBlock(blocks.StructBlock):
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


class StepsBlock(blocks.StructBlock):
    """Something done in order."""

    title = blocks.CharBlock(label=_("title"), required=False)
    steps = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("title", blocks.CharBlock(label=_("step"))),
                ("text", blocks.TextBlock(label=_("how"), required=False, rows=2)),
            ],
            label=_("step"),
        ),
        label=_("steps"),
        min_num=2,
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


class TableBlock(blocks.StructBlock):
    """Facts side by side, with a header row."""

    caption = blocks.CharBlock(label=_("caption"), help_text=_("What the table shows."))
    header = blocks.ListBlock(blocks.CharBlock(label=_("column")), label=_("columns"), min_num=2)
    rows = blocks.ListBlock(
        blocks.ListBlock(blocks.CharBlock(label=_("cell"), required=False), label=_("row")),
        label=_("rows"),
        min_num=1,
    )

    class Meta:
        label = _("table")
        icon = "table"
        group = TEXT
        template = "courses/blocks/table.html"
        preview_value = {
            "caption": "Closed and open questions",
            "header": ["Closed", "Open"],
            "rows": [["Are you settling in?", "What’s it been like since you moved?"]],
        }
        description = _("A small table with a caption and column headings.")

    def get_context(self, value: Any, parent_context: Any = None) -> Any:
        """Each row as its first cell, and the others under the names of their columns."""
        context = super().get_context(value, parent_context=parent_context)
        names = list(value["header"])[1:]
        context["rows"] = [
            (cells[0], list(zip(names, cells[1:], strict=False)))
            for cells in map(list, value["rows"])
            if cells
        ]
        return context

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if self.is_deferred_validation:
            return value
        width = len(value["header"])
        if any(len(row) != width for row in value["rows"]):
            raise blocks.StructBlockValidationError(
                {"rows": ValidationError(_("Give every row as many cells as there are columns."))}
            )
        return value


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
