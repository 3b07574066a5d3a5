"""Where a conversation stands in a course."""

from __future__ import annotations

from math import ceil
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from wagtail.admin.panels import FieldPanel

from courses.models import StepPage
from courses.steps import StepKind
from courses.study_time import reading_minutes
from practice.models.conversations import Conversation
from practice.scripts import Script, best_path

MINUTES_A_CHOICE = 0.25


class ConversationPage(StepPage):
    """Where a conversation stands in a course, among the lessons that it practises."""

    kind = StepKind(
        name="conversation",
        label=_("Conversation"),
        optional_label=_("Practice conversation"),
        done_label=_("Reached"),
        count_label=ngettext_lazy("%(number)s conversation", "%(number)s conversations", "number"),
        icon="message",
    )

    conversation = models.ForeignKey(
        Conversation, models.PROTECT, related_name="pages", verbose_name=_("conversation")
    )

    content_panels: ClassVar[list[Any]] = [
        *StepPage.content_panels,
        FieldPanel("conversation"),
        FieldPanel("required"),
    ]
    template = "practice/conversation_page.html"
    read_with: ClassVar[tuple[str, ...]] = (*StepPage.read_with, "conversation")
    parent_page_types: ClassVar[list[str]] = ["courses.ModulePage", "courses.CoursePage"]

    class Meta:
        verbose_name = _("conversation page")
        verbose_name_plural = _("conversation pages")

    @property
    def exercise_minutes(self) -> int:
        """All of its minutes where nothing in the course waits for it, as for any exercise."""
        return 0 if self.required else self.minutes

    @property
    def subject_id(self) -> int | None:
        return self.conversation_id

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """As Wagtail's, after working out the minutes, which nobody types."""
        if self.conversation_id:
            self.minutes = minutes_of_script(self.conversation.script)
        super().full_clean(*args, **kwargs)


def minutes_of_script(script: Script) -> int:
    """About how long one play takes: its words read, and a quarter of a minute for each choice."""
    path = best_path(script)
    return max(1, ceil(reading_minutes(path.words) + MINUTES_A_CHOICE * len(path.steps)))
