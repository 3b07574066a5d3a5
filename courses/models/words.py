"""The words that a course uses in a sense of its own, and what each means."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from courses.models.pages import LessonPage
from courses.publishable import PublishableMixin, PublishFormMixin


class GlossaryWordForm(PublishFormMixin, WagtailAdminModelForm):
    """The form of a word: what stands in the way is said when *Publish* is pressed."""


class GlossaryWord(
    PublishableMixin,
    WorkflowMixin,
    DraftStateMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    models.Model,
):
    """A word of the glossary. Published, it explains itself where lessons first use it."""

    word = models.CharField(_("word"), max_length=80)
    forms = models.TextField(
        _("other forms"),
        blank=True,
        help_text=_(
            "One on a line: the other forms in which lessons use it, such as its plural. Each is "
            "marked as the word itself is."
        ),
    )
    meaning = models.TextField(
        _("meaning"),
        validators=[MaxLengthValidator(400)],
        help_text=_("One or two plain sentences, as you would say it to somebody new."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.WAGTAIL_CONTENT_LANGUAGES,
        default=settings.LANGUAGE_CODE,
    )
    lesson = models.ForeignKey(
        LessonPage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="glossary_words",
        verbose_name=_("lesson that explains it"),
    )
    reviewed_by = models.CharField(
        _("who has reviewed the meaning"),
        max_length=200,
        blank=True,
        help_text=_(
            "Their name or role, and what they know it from. Empty where nobody has: the glossary "
            "says so."
        ),
    )

    base_form_class = GlossaryWordForm
    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("word"), FieldPanel("language")]),
        FieldPanel("forms"),
        FieldPanel("meaning"),
        FieldPanel("lesson"),
        FieldPanel("reviewed_by"),
    ]
    search_fields: ClassVar[list[Any]] = [
        index.SearchField("word"),
        index.AutocompleteField("word"),
        index.SearchField("meaning"),
        index.FilterField("word"),
    ]

    class Meta:
        verbose_name = _("word of the glossary")
        verbose_name_plural = _("words of the glossary")
        ordering: ClassVar[list[str]] = ["word"]

    def __str__(self) -> str:
        return self.word or gettext("A word that is not written yet")

    def every_form(self) -> tuple[str, ...]:
        """The word and its other forms, each once."""
        lines = (" ".join(line.split()) for line in (self.word, *self.forms.splitlines()))
        return tuple(dict.fromkeys(line for line in lines if line))

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "courses/admin/previews/glossary_word.html"
