"""What an author fills in to write a conversation: moments with their replies, and endings."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtailmedia.blocks import AudioChooserBlock

from practice.scripts import BEST, ENDING_KINDS, HALF, MISSED, Ending, Moment, Reply
from practice.sounds import (
    DEBRIEF,
    ENDING,
    OF_REPLIES,
    PERSON,
    REACTION,
    REPLY,
    RETRY,
    RETURN,
    RETURN_REPLY,
)

NAME_LENGTH = 20
FACE_CHOICES = [
    ("guarded", _("guarded")),
    ("listening", _("listening")),
    ("eased", _("eased")),
    ("strained", _("strained")),
]
WORTH_CHOICES = [
    (BEST, _("2: fits best here")),
    (HALF, _("1: on the way")),
    (MISSED, _("0: misses")),
]
ENDING_CHOICES = list(
    zip(ENDING_KINDS, (_("strong"), _("okay"), _("try again")), strict=True),
)

LINE_CHOICES = [
    (PERSON, _("what the person says first")),
    (REPLY, _("a reply")),
    (REACTION, _("the reaction to a reply")),
    (RETRY, _("the kind words that open it again")),
    (ENDING, _("of an ending: what happens")),
    (DEBRIEF, _("of an ending: looking back")),
    (RETURN, _("of a one-minute reply: what the person says")),
    (RETURN_REPLY, _("of a one-minute reply: a reply")),
]


def face_block(label: Any) -> blocks.ChoiceBlock:
    return blocks.ChoiceBlock(choices=FACE_CHOICES, default="listening", label=label)


def name_block(label: Any, help_text: Any) -> blocks.CharBlock:
    return blocks.CharBlock(label=label, help_text=help_text, max_length=NAME_LENGTH)


class WorthBlock(blocks.ChoiceBlock):
    """How well a reply fits, as a number."""

    choices = WORTH_CHOICES

    def to_python(self, value: Any) -> Any:
        return value if value in (None, "") else int(value)

    def value_from_form(self, value: Any) -> Any:
        return self.to_python(super().value_from_form(value))


class ReplyBlock(blocks.StructBlock):
    """Something the learner may say, what the person does then, and where it leads."""

    words = blocks.TextBlock(label=_("reply"), rows=2, max_length=400)
    reaction = blocks.TextBlock(
        label=_("visible reaction"),
        rows=2,
        max_length=400,
        help_text=_("What the person says or does, shown first."),
    )
    face = face_block(_("and looks"))
    feedback = blocks.TextBlock(
        label=_("feedback"),
        rows=2,
        max_length=500,
        help_text=_("Shown after the reaction: what it did, and what would be better. Kind."),
    )
    worth = WorthBlock(label=_("points"), default=MISSED)
    skill = blocks.CharBlock(
        label=_("skill"), max_length=60, help_text=_("Shown, or missed, in a few words.")
    )
    leads_to = name_block(_("leads to"), _("The name of the moment or the ending that is next."))

    class Meta:
        icon = "comment"
        label = _("reply")


class MomentBlock(blocks.StructBlock):
    """One turn of the person, with three or four replies."""

    name = name_block(_("name"), _("Short, such as n1. Replies lead here by it."))
    speaker = blocks.CharBlock(
        label=_("who speaks"),
        required=False,
        max_length=60,
        help_text=_("Only where several people are in the room."),
    )
    words = blocks.TextBlock(label=_("what the person says or does"), rows=3, max_length=600)
    face = face_block(_("looks"))
    replies = blocks.ListBlock(ReplyBlock(), label=_("replies"), default=[{}, {}, {}])
    red_line = blocks.BooleanBlock(
        label=_("red line"),
        required=False,
        help_text=_("Must be right in the end: it is opened again, as often as it takes."),
    )
    retry = blocks.TextBlock(
        label=_("kind words that open it again"), required=False, rows=2, max_length=400
    )
    help = blocks.BooleanBlock(label=_("show the help lines beside it"), required=False)

    class Meta:
        icon = "comment"
        label = _("moment")


class EndingBlock(blocks.StructBlock):
    """How it closes, and a word to look back with."""

    name = name_block(_("name"), _("Short, such as e1. Replies lead here by it."))
    kind = blocks.ChoiceBlock(choices=ENDING_CHOICES, label=_("how it closed"))
    words = blocks.TextBlock(label=_("what happens"), rows=3, max_length=800)
    face = face_block(_("looks"))
    debrief = blocks.TextBlock(label=_("looking back"), rows=3, max_length=800)
    help = blocks.BooleanBlock(label=_("show the help lines beside it"), required=False)

    class Meta:
        icon = "flag"
        label = _("ending")


class RecordingBlock(blocks.StructBlock):
    """A recording of one line. The line itself is its transcript, so nothing is typed again."""

    moment = blocks.CharBlock(
        label=_("where"),
        max_length=40,
        help_text=_(
            "The name of the moment or of the ending that the line is in, such as n1 or e1; the "
            "code of a one-minute reply, such as LC1.1."
        ),
    )
    line = blocks.ChoiceBlock(choices=LINE_CHOICES, default=PERSON, label=_("line"))
    reply = blocks.IntegerBlock(
        label=_("of which reply"),
        required=False,
        min_value=1,
        max_value=9,
        help_text=_("Its number there. Nothing for a line that is no reply and no reaction."),
    )
    sound = AudioChooserBlock(
        label=_("recording"),
        help_text=_("MP3, M4A or OGG. It has to say the words of the line, and nothing else."),
    )

    class Meta:
        icon = "media"
        label = _("recording")

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if self.is_deferred_validation:
            return value
        if (value["line"] in OF_REPLIES) != bool(value["reply"]):
            words = (
                _("This line is no reply and no reaction to one: leave this empty.")
                if value["reply"]
                else _("Say of which reply it is.")
            )
            raise blocks.StructBlockValidationError({"reply": ValidationError(words)})
        return value


# Blocks to values, and back ---------------------------------------------------------------


def moment_of(value: Any) -> Moment:
    """The moment that a block holds, finished or not."""
    return Moment(
        name=_text(value, "name"),
        words=_text(value, "words"),
        face=_text(value, "face"),
        speaker=_text(value, "speaker"),
        red_line=bool(value.get("red_line")),
        retry=_text(value, "retry"),
        help=bool(value.get("help")),
        replies=tuple(map(reply_of, value.get("replies") or ())),
    )


def reply_of(value: Any) -> Reply:
    worth = value.get("worth")
    return Reply(
        words=_text(value, "words"),
        reaction=_text(value, "reaction"),
        feedback=_text(value, "feedback"),
        worth=MISSED if worth in (None, "") else int(worth),
        skill=_text(value, "skill"),
        leads_to=_text(value, "leads_to"),
        face=_text(value, "face"),
    )


def ending_of(value: Any) -> Ending:
    return Ending(
        name=_text(value, "name"),
        kind=_text(value, "kind"),
        words=_text(value, "words"),
        debrief=_text(value, "debrief"),
        face=_text(value, "face"),
        help=bool(value.get("help")),
    )


def _text(value: Any, name: str) -> str:
    return str(value.get(name) or "").strip()


def moment_value(moment: Moment) -> dict[str, Any]:
    """What a block holds of a moment."""
    return {
        "name": moment.name,
        "speaker": moment.speaker,
        "words": moment.words,
        "face": moment.face,
        "replies": [dict(vars(reply)) for reply in moment.replies],
        "red_line": moment.red_line,
        "retry": moment.retry,
        "help": moment.help,
    }


def ending_value(ending: Ending) -> dict[str, Any]:
    """What a block holds of an ending."""
    return dict(vars(ending))
