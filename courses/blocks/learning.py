"""What an author may add to a lesson, beyond prose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from courses.blocks.personal import PersonalBlock
from courses.blocks.prose import PROSE, PROSE_BLOCKS
from people.models import User
from people.rows import rows_where

THINK = _("2. Think and try")
CARE = _("3. Care and resources")


class ScenarioBlock(blocks.StructBlock):
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


class RevealBlock(blocks.StructBlock):
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


class KnowledgeCheckBlock(blocks.StructBlock):
    """One unmarked question with feedback for each option."""

    question = blocks.CharBlock(label=_("question"))
    options = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("text", blocks.CharBlock(label=_("option"))),
                ("right", blocks.BooleanBlock(label=_("fits best"), required=False)),
                ("feedback", blocks.CharBlock(label=_("feedback"))),
            ],
            label=_("option"),
        ),
        label=_("options"),
        min_num=2,
        max_num=6,
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

    class Meta:
        label = _("reflection prompt")
        icon = "edit"
        group = THINK
        template = "courses/blocks/reflection.html"
        preview_value = {
            "prompt": "When did somebody really listen to you? What did they do?",
            "hint": "A small moment is fine.",
        }
        description = _("A private place to write. Only the learner can ever read it.")

    def personal_contexts(
        self, reader: User, page_key: UUID, block_ids: Sequence[str]
    ) -> Mapping[str, dict[str, Any]]:
        """What the reader wrote under each prompt, as `reflection`."""
        # By name: the models of the pages are made of these blocks.
        reflections = apps.get_model("courses.Reflection")
        written = rows_where(reflections, learner=reader.pk, lesson_key=page_key)
        return {str(reflection.block_id): {"reflection": reflection} for reflection in written}


class ContentNoteBlock(blocks.StructBlock):
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


class HelpBlock(blocks.StructBlock):
    """The site's help lines, in the middle of a lesson."""

    introduction = blocks.CharBlock(label=_("introduction"), required=False)

    class Meta:
        label = _("help lines")
        icon = "help"
        group = CARE
        template = "courses/blocks/help.html"
        preview_value = {"introduction": "Is something heavy here? You matter too."}
        description = _("The help lines from the site’s settings.")


class DownloadsBlock(blocks.StructBlock):
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


class ResourcesBlock(blocks.StructBlock):
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
    *PROSE_BLOCKS,
    ("scenario", ScenarioBlock()),
    ("reveal", RevealBlock()),
    ("knowledge_check", KnowledgeCheckBlock()),
    ("reflection", ReflectionBlock()),
    ("content_note", ContentNoteBlock()),
    ("help", HelpBlock()),
    ("downloads", DownloadsBlock()),
    ("resources", ResourcesBlock()),
]
