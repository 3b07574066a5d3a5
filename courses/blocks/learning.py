"""What an author may add to a lesson, beyond prose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import IntegerField, TextField, Value
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from courses.blocks.drawing import DrawingBlock
from courses.blocks.personal import PersonalBlock
from courses.blocks.prose import PROSE, PROSE_BLOCKS, TEXT, ShownBlock, text_of
from courses.blocks.rows import empty_rows
from people.models import User

THINK = _("2. Think and try")
CARE = _("3. Care and resources")


class PartBlock(ShownBlock):
    """Begins a part of a lesson: one or two phone screens with one thing to do.

    Its id is the part's lasting name in every record, in every language.
    """

    heading = blocks.CharBlock(label=_("heading"), max_length=120)

    class Meta:
        label = _("new part")
        icon = "horizontalrule"
        group = TEXT
        template = "courses/blocks/part.html"
        preview_value = {"heading": "Signs, and a straight question"}
        description = _(
            "Begins the next part of the lesson. A part is one or two phone screens, about 100 "
            "to 300 words, best with one question to try at its end."
        )


class ScenarioBlock(ShownBlock):
    """A real situation, and an open question to sit with before reading on."""

    situation = blocks.RichTextBlock(label=_("situation"), features=["bold", "italic"])
    prompt = blocks.CharBlock(
        label=_("prompt"), help_text=_("Ask one open question. It is never marked.")
    )

    class Meta:
        label = _("scenario")
        icon = "group"
        group = THINK
        template = "courses/blocks/scenario.html"
        preview_value = {
            "situation": "<p>Sam went quiet after the phone call.</p>",
            "prompt": "What might Sam need first?",
        }
        description = _("A short situation and one open question.")

    def text_shown(self, value: Any) -> str:
        return f"{text_of(value['situation'])} {value['prompt']}"


class RevealBlock(ShownBlock):
    """Think first, then open."""

    prompt = blocks.CharBlock(label=_("think first"))
    hidden = blocks.RichTextBlock(label=_("then open"), features=PROSE)

    class Meta:
        label = _("reveal")
        icon = "view"
        group = THINK
        template = "courses/blocks/reveal.html"
        preview_value = {
            "prompt": "Think first: what would you say to Sam now?",
            "hidden": "<p>One way: “No rush. I’m here.”</p>",
        }
        description = _("A question, and words that open when the learner is ready.")

    def text_shown(self, value: Any) -> str:
        return str(value["prompt"])


class CheckOptionBlock(blocks.StructBlock):
    """One option of a knowledge check."""

    text = blocks.CharBlock(label=_("option"))
    right = blocks.BooleanBlock(label=_("fits best"), required=False)
    feedback = blocks.CharBlock(label=_("feedback"))

    class Meta:
        label = _("option")


class KnowledgeCheckBlock(ShownBlock):
    """One unmarked question with feedback for each option."""

    question = blocks.CharBlock(label=_("question"))
    options = blocks.ListBlock(
        CheckOptionBlock(),
        label=_("options"),
        min_num=2,
        max_num=6,
        default=empty_rows(CheckOptionBlock(), 2),
    )

    class Meta:
        label = _("knowledge check")
        icon = "help"
        group = THINK
        template = "courses/blocks/knowledge_check.html"
        preview_value = {
            "question": "Which question leaves Joel free to answer anything?",
            "options": [
                {
                    "text": "“Are you settling in?”",
                    "right": False,
                    "feedback": "Friendly, but “fine” ends it.",
                },
                {
                    "text": "“What’s it been like?”",
                    "right": True,
                    "feedback": "Yes. Joel can take it anywhere.",
                },
            ],
        }
        description = _("One question to try, never marked, with feedback for every option.")

    def text_shown(self, value: Any) -> str:
        return " ".join([value["question"], *(option["text"] for option in value["options"])])

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if self.is_deferred_validation:
            return value
        if not any(option["right"] for option in value["options"]):
            raise blocks.StructBlockValidationError(
                {"options": ValidationError(_("Say which option fits best."))}
            )
        return value


class ReflectionBlock(PersonalBlock):
    """A prompt to write about. What is written is the learner's alone."""

    prompt = blocks.TextBlock(label=_("prompt"), rows=3)
    hint = blocks.CharBlock(label=_("hint"), required=False)
    words_asked = blocks.IntegerBlock(
        label=_("words asked for"),
        default=0,
        min_value=0,
        max_value=1000,
        help_text=_(
            "About how many words an answer takes. The time of study is worked out from it; "
            "learners are not shown it."
        ),
    )

    class Meta:
        label = _("reflection prompt")
        icon = "edit"
        group = THINK
        template = "courses/blocks/reflection.html"
        preview_value = {
            "prompt": "When did somebody really listen to you? What did they do?",
            "hint": "A small moment is fine.",
            "words_asked": 60,
        }
        description = _("A private place to write. Only the learner can ever read it.")

    def text_shown(self, value: Any) -> str:
        return f"{value['prompt']} {value.get('hint') or ''}"

    def personal_contexts(
        self, reader: User, page_key: UUID, block_ids: Sequence[str]
    ) -> Mapping[str, dict[str, Any]]:
        """What the reader wrote under each prompt, as `reflection`, and whether they ticked that
        they did it elsewhere, as `is_done_elsewhere`. One query for both."""
        # By name: the models of the pages are made of these blocks.
        reflections = apps.get_model("courses.Reflection")
        exercises = apps.get_model("courses.DoneExercise")
        fields = ("block_id", "number", "saved_at", "text")
        written = reflections.objects.filter(learner=reader, lesson_key=page_key)
        ticked = exercises.objects.filter(
            enrolment__learner=reader,
            enrolment__retaken_at=None,
            lesson_key=page_key,
            way=exercises.Way.ELSEWHERE,
        ).values_list("block_id", Value(None, IntegerField()), "done_at", Value("", TextField()))
        contexts: dict[str, dict[str, Any]] = defaultdict(dict)
        for block_id, number, saved_at, text in written.values_list(*fields).union(
            ticked, all=True
        ):
            if number is None:
                contexts[str(block_id)]["is_done_elsewhere"] = True
            else:
                contexts[str(block_id)]["reflection"] = reflections(
                    number=number, saved_at=saved_at, text=text
                )
        return dict(contexts)


class ContentNoteBlock(ShownBlock):
    """A kind word before something heavy."""

    text = blocks.TextBlock(label=_("what is coming"), rows=2)

    class Meta:
        label = _("content note")
        icon = "warning"
        group = CARE
        template = "courses/blocks/content_note.html"
        preview_value = {
            "text": "The next part talks plainly about suicide. You can pause or skip it for now."
        }
        description = _("Says what is coming, so that nobody is taken by surprise.")

    def text_shown(self, value: Any) -> str:
        return str(value["text"])


class HelpBlock(ShownBlock):
    """The site's help lines, in the middle of a lesson."""

    introduction = blocks.CharBlock(label=_("introduction"), required=False)

    class Meta:
        label = _("help lines")
        icon = "help"
        group = CARE
        template = "courses/blocks/help.html"
        preview_value = {"introduction": "Is something heavy here? You matter too."}
        description = _("The help lines from the site’s settings.")

    def text_shown(self, value: Any) -> str:
        return value.get("introduction") or ""


class DownloadsBlock(ShownBlock):
    """Files to keep or print."""

    title = blocks.CharBlock(label=_("title"), default=_("To keep"))
    documents = blocks.ListBlock(DocumentChooserBlock(label=_("file")), label=_("files"), min_num=1)

    class Meta:
        label = _("downloads")
        icon = "download"
        group = CARE
        template = "courses/blocks/downloads.html"
        preview_template = "courses/admin/previews/downloads.html"
        description = _("Files with their kind and size said.")


class ResourcesBlock(ShownBlock):
    """Where to read on."""

    title = blocks.CharBlock(label=_("title"), default=_("Read on"))
    links = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("title", blocks.CharBlock(label=_("title"))),
                ("url", blocks.URLBlock(label=_("address"))),
                ("note", blocks.CharBlock(label=_("note"), required=False)),
            ],
            label=_("link"),
        ),
        label=_("links"),
        min_num=1,
    )

    class Meta:
        label = _("resources")
        icon = "link-external"
        group = CARE
        template = "courses/blocks/resources.html"
        preview_value = {
            "title": "Read on",
            "links": [
                {
                    "title": "A guide to active listening",
                    "url": "https://example.org/listening",
                    "note": "Ten minutes",
                }
            ],
        }
        description = _("Links to other sites, each with a word on why.")


LESSON_BLOCKS = [
    ("part", PartBlock()),
    *PROSE_BLOCKS,
    ("drawing", DrawingBlock()),
    ("scenario", ScenarioBlock()),
    ("reveal", RevealBlock()),
    ("knowledge_check", KnowledgeCheckBlock()),
    ("reflection", ReflectionBlock()),
    ("content_note", ContentNoteBlock()),
    ("help", HelpBlock()),
    ("downloads", DownloadsBlock()),
    ("resources", ResourcesBlock()),
]
