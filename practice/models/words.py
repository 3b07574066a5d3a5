"""The words of conversations in other languages, as trainers write them beside the first ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from courses.models.competencies import language_field
from courses.publishable import PublishableMixin
from practice.models.conversations import Conversation, recordings_field
from practice.models.pages import ConversationPage
from practice.previewing import PLAY, TAKEN, WORDS_PREVIEW_MODES, preview_context
from practice.scripts import Script
from practice.sounds import Sounds, return_sounds_in, script_sounds_in
from practice.word_forms import ConversationWordsForm, WordsPanel
from practice.wording import (
    ReturnText,
    Wording,
    stale_places,
    texts_by_place,
    texts_of,
    texts_that_fit,
    with_texts,
)


class ConversationWords(
    PublishableMixin,
    WorkflowMixin,
    DraftStateMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    models.Model,
):
    """A conversation in another language: the same moments and replies, and their words.

    Points, ways, red lines and faces stay the conversation's. `translated_from` has the texts of
    the conversation as they were when each was last said in this language.
    """

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="words", verbose_name=_("conversation")
    )
    language = language_field()
    script = models.JSONField(_("words"), default=dict, blank=True)
    returns = models.JSONField(_("one-minute replies"), default=dict, blank=True, editable=False)
    recordings = recordings_field()
    translated_from = models.JSONField(default=dict, blank=True, editable=False)
    is_drafted = models.BooleanField(_("drafted by a program"), default=False, editable=False)
    reviewed_by = models.CharField(
        _("who has reviewed the translation"),
        max_length=200,
        blank=True,
        help_text=_(
            "Their name or role, and how they know the language. Empty where nobody has: readers "
            "are told so."
        ),
    )

    base_form_class = ConversationWordsForm
    panels: ClassVar[list[Any]] = [
        FieldPanel("conversation"),
        FieldPanel("language"),
        WordsPanel("script", disable_comments=True),
        FieldPanel("recordings"),
        FieldPanel("reviewed_by"),
    ]
    search_fields: ClassVar[list[Any]] = [
        index.SearchField("title"),
        index.AutocompleteField("title"),
        index.FilterField("language"),
    ]

    class Meta:
        verbose_name = _("words of a conversation")
        verbose_name_plural = _("words of conversations")
        ordering: ClassVar[list[str]] = ["conversation__code", "language"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["conversation", "language"],
                name="one_row_of_words_a_language",
                violation_error_message=_(
                    "This conversation has words in this language already. Look for them in the list."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation.code} · {self.title}"

    def clean(self) -> None:
        """Raises ValidationError for words in the language of the conversation itself."""
        super().clean()
        if self.conversation_id:
            own = source_languages([self.conversation])[self.conversation_id]
            if own == self.language:
                raise ValidationError(
                    gettext("The conversation is in this language already. Change it there.")
                )

    @property
    def title(self) -> str:
        """Its title in this language; that of the conversation while it has none."""
        return str(self.script.get("title") or self.conversation.title)

    @property
    def wording(self) -> Wording:
        """What is said in this language, as it stands in this row."""
        script = Script.from_json(self.script) if self.script else Script()
        script = replace(script, sounds=script_sounds_in(self.recordings))
        returns = (ReturnText.from_json(code, each) for code, each in self.returns.items())
        return Wording(script, tuple(returns))

    @property
    def return_sounds(self) -> Sounds:
        """The recordings of the one-minute replies in this language."""
        return return_sounds_in(self.recordings)

    @staticmethod
    def read_source(conversation: Conversation) -> Wording:
        """What is to be said in this language: the conversation as it is published, or its newest
        draft while it is not."""
        return wording_of(source_of(conversation))

    def put_texts(self, source: Wording, texts: Mapping[str, str]) -> None:
        """Say the texts of the source in this language. What has none is empty. It is not saved."""
        wording = with_texts(source, texts)
        self.script = wording.script.to_json()
        self.returns = {each.code: each.to_json() for each in wording.returns}

    def texts_for(self, source: Wording) -> dict[str, str]:
        """The texts of this language that stand where the source has one now."""
        return texts_that_fit(source, self.wording)

    def stale_places(self, source: Wording) -> set[str]:
        """Where the source says something else now than when it was translated."""
        return stale_places(source, self.translated_from)

    def missing_places(self, source: Wording) -> list[str]:
        """Where the source has a text and this language has none."""
        there = self.texts_for(source)
        return [text.place for text in texts_of(source) if text.place not in there]

    @property
    def awaits_review(self) -> bool:
        """Whether a program wrote it, and no person is on record who has read it over."""
        return self.is_drafted and not self.reviewed_by

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return WORDS_PREVIEW_MODES

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "practice/preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        """The play-through, the text or the map of what is in the form now, in this language."""
        context: dict[str, Any] = super().get_preview_context(request, mode_name)
        taken = getattr(request, TAKEN, "")
        shown = preview_context(self.wording.script, mode_name or PLAY, taken)
        return {**context, **shown, "language": self.language}


class WordsVersion(models.Model):
    """The words of some languages as plays began with them: never edited, and stored once."""

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="words_versions")
    digest = models.CharField(max_length=64, editable=False)
    # The whole script in each language, by its code.
    content = models.JSONField(editable=False)
    first_played_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("version of words")
        verbose_name_plural = _("versions of words")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["conversation", "digest"], name="one_row_per_words")
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.digest[:8]}"

    @cached_property
    def _scripts(self) -> dict[str, Script]:
        return {}

    def script_in(self, language: str) -> Script | None:
        """The script in a language; None where there were no words in it."""
        if language not in self.content:
            return None
        if language not in self._scripts:
            self._scripts[language] = Script.from_json(self.content[language])
        return self._scripts[language]


def wording_of(conversation: Conversation) -> Wording:
    """What a conversation and its one-minute replies say in their own language. One query."""
    items = conversation.return_items.all() if conversation.pk else ()
    returns = tuple(ReturnText(item.code, item.setting, item.moment) for item in items)
    return Wording(conversation.script, returns)


def source_of(conversation: Conversation) -> Conversation:
    """A conversation as it is translated: as published, or as its newest draft while it is not."""
    if conversation.live or not conversation.pk:
        return conversation
    draft: Conversation = conversation.get_latest_revision_as_object()
    return draft


def whole_texts(source: Wording, row: ConversationWords) -> Wording | None:
    """What a row says of the source as it is now; None while something of the script is missing."""
    wording = with_texts(source, row.texts_for(source))
    sounds = script_sounds_in(row.recordings)
    wording = replace(wording, script=replace(wording.script, sounds=sounds))
    wanted, there = texts_by_place(Wording(source.script)), texts_by_place(Wording(wording.script))
    return wording if wanted.keys() <= there.keys() else None


def source_languages(conversations: Iterable[Conversation]) -> dict[int, str]:
    """In which language each of some conversations was written: that of the first page on which it
    stands that translates no other. One query."""
    ids = [row.pk for row in conversations]
    pages = ConversationPage.objects.filter(conversation__in=ids).exclude(
        translation_record__source__isnull=False
    )
    found = pages.order_by("-pk").values_list("conversation", "locale__language_code")
    return dict.fromkeys(ids, settings.LANGUAGE_CODE) | dict(found)
