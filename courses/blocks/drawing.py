"""The block with which an author puts one of our drawings into a lesson."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.prose import TEXT, ShownBlock
from courses.drawings import Drawing, choices, drawing_in


class DrawingValue(blocks.StructValue):
    """A drawing as a page shows it: in the reader's language, where it is drawn with words in it.

    One that is no longer shipped leaves its words alone.
    """

    @property
    def shipped(self) -> Drawing | None:
        return drawing_in(self.get("drawing") or "", get_language() or "")

    @property
    def language(self) -> str:
        """The language of the words that stand in it; nothing where it is not drawn."""
        return self.shipped.language if self.shipped else ""

    @property
    def heading(self) -> str:
        return self.get("title") or (self.shipped.title if self.shipped else "")

    @property
    def description(self) -> str:
        return self.get("words") or (self.shipped.words if self.shipped else "")

    @property
    def heading_language(self) -> str:
        """The language of its heading, where that is the drawing's own; else nothing."""
        return "" if self.get("title") else self.language

    @property
    def description_language(self) -> str:
        return "" if self.get("words") else self.language

    @property
    def shapes(self) -> SafeString:
        # From a file of ours, and never from what somebody typed.
        return mark_safe(self.shipped.shapes if self.shipped else "")


class DrawingBlock(ShownBlock):
    """A drawing of ours that shows how some things belong together, and says the same in words.

    It is read at a glance: none of its words count for the time of study.
    """

    drawing = blocks.ChoiceBlock(label=_("drawing"), choices=choices)
    title = blocks.CharBlock(
        label=_("title"),
        required=False,
        max_length=120,
        help_text=_("Empty for the drawing’s own."),
    )
    words = blocks.TextBlock(
        label=_("in words"),
        required=False,
        rows=3,
        help_text=_(
            "All that the drawing says, for whoever cannot see it. Empty for the drawing’s own words."
        ),
    )

    class Meta:
        label = _("drawing")
        icon = "image"
        group = TEXT
        value_class = DrawingValue
        template = "courses/blocks/drawing.html"
        preview_value = {"drawing": "ask-share-ask"}
        description = _("One of the drawings that come with the site, with its words.")
