"""What an author may say of where a lesson comes from, and of who has looked at a module."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

HOW_FAR_READ = [
    ("whole", _("Read whole")),
    ("excerpt", _("Seen only as an abstract or an excerpt")),
    ("unopened", _("Not opened yet: known from notes or in general")),
]

LIVED_EXPERIENCE = "lived_experience"
SUPERVISOR = "supervisor"
LOCAL_LAW = "local_law"
REVIEWERS = [
    (LIVED_EXPERIENCE, _("someone with lived experience")),
    (SUPERVISOR, _("a supervisor of peer workers")),
    (LOCAL_LAW, _("someone who knows the law of a place")),
]


class ReferenceValue(blocks.StructValue):
    """A work that a lesson rests on."""

    @property
    def how_far_read(self) -> str:
        return str(dict(HOW_FAR_READ)[self["read"]])


class ReferenceBlock(blocks.StructBlock):
    """One work, and how far whoever names it has read it."""

    text = blocks.TextBlock(
        label=_("work"),
        rows=2,
        help_text=_("Who wrote it, its title, where and when it came out."),
    )
    url = blocks.URLBlock(label=_("address"), required=False)
    read = blocks.ChoiceBlock(choices=HOW_FAR_READ, label=_("how far it was read"))

    class Meta:
        label = _("work")
        value_class = ReferenceValue


class SourceBlock(blocks.StructBlock):
    """Something a lesson says, and the works that it rests on."""

    claim = blocks.TextBlock(label=_("what the lesson says"), rows=2)
    references = blocks.ListBlock(ReferenceBlock(), label=_("works"), min_num=1)

    class Meta:
        label = _("source")
        icon = "link"


class ReviewValue(blocks.StructValue):
    """What one reviewer read, and what came of it."""

    @property
    def role_and_place(self) -> str:
        return ", ".join(part for part in (self["role"], self["place"]) if part)


class ReviewBlock(blocks.StructBlock):
    """Someone who read a version of a module, and what came of it."""

    reviewer = blocks.ChoiceBlock(choices=REVIEWERS, label=_("who they are"))
    name = blocks.CharBlock(
        label=_("name"),
        required=False,
        help_text=_("Leave empty if they would rather not be named."),
    )
    role = blocks.CharBlock(label=_("role"), required=False)
    place = blocks.CharBlock(label=_("place"), required=False)
    read_on = blocks.DateBlock(label=_("read on"))
    version = blocks.CharBlock(label=_("version read"), max_length=20)
    changes = blocks.TextBlock(
        label=_("what changed"),
        rows=2,
        help_text=_("What was put right because of it. Say so if nothing was."),
    )

    class Meta:
        label = _("review")
        icon = "user"
        value_class = ReviewValue
