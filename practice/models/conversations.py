"""Conversations as their authors write them, and the sets of them that an award may ask for."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import (
    DraftStateMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)
from wagtail.search import index

from courses.models import Competency, LessonPage
from courses.publishable import PublishableMixin, PublishFormMixin
from practice.blocks import (
    EndingBlock,
    MomentBlock,
    RecordingBlock,
    ending_of,
    ending_value,
    moment_of,
    moment_value,
)
from practice.previewing import MAP, PREVIEW_MODES, TAKEN, preview_context
from practice.scripts import Script
from practice.sounds import Sounds, return_sounds_in, script_sounds_in


def recordings_field() -> StreamField:
    return StreamField(
        [("recording", RecordingBlock())],
        verbose_name=_("recordings"),
        blank=True,
        help_text=_(
            "“Listen” plays them in place of the voice of the device. A line without one is read "
            "by the device."
        ),
    )


class ConversationForm(PublishFormMixin, WagtailAdminModelForm):
    """The form of a conversation: what stands in the way is said when *Publish* is pressed."""


class Conversation(
    PublishableMixin,
    WorkflowMixin,
    DraftStateMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    ClusterableModel,
):
    """A rehearsal that answers back. Published is ready to be played; a draft never is."""

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        help_text=_("Short and lasting, such as LC1. Files know the conversation by it."),
    )
    title = models.CharField(_("title"), max_length=120)
    cast = models.CharField(
        _("whom one talks with"),
        max_length=60,
        help_text=_("A name. Those who have a portrait are shown with it, others by an initial."),
    )
    aim = models.TextField(_("aim"), help_text=_("What one practises here, in a sentence."))
    setting = models.TextField(_("setting"), help_text=_("Where it is, who is there, and when."))
    content_note = models.TextField(
        _("content note"),
        blank=True,
        help_text=_("What heavy things come up, said before it begins."),
    )
    show_help = models.BooleanField(_("show the help lines"), default=False)
    strong_percent = models.PositiveSmallIntegerField(
        _("strong from"),
        default=75,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_(
            "Per cent of the points on the way that was walked. Below it a strong ending "
            "closes okay."
        ),
    )
    moments = StreamField([("moment", MomentBlock())], verbose_name=_("moments"), blank=True)
    endings = StreamField([("ending", EndingBlock())], verbose_name=_("endings"), blank=True)
    recordings = recordings_field()
    lesson = models.ForeignKey(
        LessonPage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="conversations",
        verbose_name=_("lesson to read again"),
    )
    competencies = ParentalManyToManyField(
        Competency, blank=True, related_name="conversations", verbose_name=_("competencies")
    )

    base_form_class = ConversationForm
    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("code"), FieldPanel("title")]),
        FieldPanel("cast"),
        FieldPanel("aim"),
        FieldPanel("setting"),
        MultiFieldPanel([FieldPanel("content_note"), FieldPanel("show_help")], heading=_("Care")),
        FieldPanel("moments"),
        FieldPanel("endings"),
        FieldPanel("recordings"),
        FieldPanel("strong_percent"),
        FieldPanel("lesson"),
        FieldPanel("competencies"),
    ]
    search_fields: ClassVar[list[Any]] = [
        index.SearchField("title"),
        index.AutocompleteField("title"),
        index.AutocompleteField("code"),
        index.FilterField("code"),
        index.FilterField("title"),
    ]

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return f"{self.code} · {self.title}"

    @property
    def script(self) -> Script:
        """The whole of it as plain values, as it stands in this row."""
        return Script(
            moments=tuple(moment_of(block.value) for block in self.moments),
            endings=tuple(ending_of(block.value) for block in self.endings),
            strong_from=self.strong_percent / 100,
            title=self.title,
            aim=self.aim,
            setting=self.setting,
            content_note=self.content_note,
            cast=self.cast,
            help=self.show_help,
            sounds=script_sounds_in(self.recordings),
        )

    @property
    def return_sounds(self) -> Sounds:
        """The recordings of its one-minute replies, in its own language."""
        return return_sounds_in(self.recordings)

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return PREVIEW_MODES

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "practice/preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        """The map, the play-through or the text of what is in the form now."""
        context: dict[str, Any] = super().get_preview_context(request, mode_name)
        taken = getattr(request, TAKEN, "")
        return {**context, **preview_context(self.script, mode_name or MAP, taken)}

    def put_script(self, script: Script) -> None:
        """Fill every field that a script has words for. It is not saved, and its recordings stay."""
        self.title, self.aim, self.setting = script.title, script.aim, script.setting
        self.content_note, self.cast, self.show_help = script.content_note, script.cast, script.help
        self.strong_percent = round(script.strong_from * 100)
        self.moments = [("moment", moment_value(moment)) for moment in script.moments]
        self.endings = [("ending", ending_value(ending)) for ending in script.endings]


class ConversationSet(models.Model):
    """Some conversations, and in how many of them an award asks for a strong or okay ending."""

    title = models.CharField(
        _("title"),
        max_length=120,
        help_text=_("As learners read it, such as: Conversations about listening."),
    )
    conversations = models.ManyToManyField(
        Conversation, related_name="sets", verbose_name=_("conversations")
    )
    count = models.PositiveSmallIntegerField(
        _("how many of them"), default=1, validators=[MinValueValidator(1)]
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("title"),
        FieldPanel("conversations"),
        FieldPanel("count"),
    ]

    class Meta:
        verbose_name = _("set of conversations")
        verbose_name_plural = _("sets of conversations")
        ordering: ClassVar[list[str]] = ["title"]

    def __str__(self) -> str:
        return self.title
