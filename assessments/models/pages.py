"""Where a quiz stands in a course."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.search import index

from assessments.models.quizzes import Quiz
from courses.models import StepPage
from courses.models.pages import INTRODUCTION
from courses.steps import StepKind


class QuizPage(StepPage):
    """Where a quiz stands in a course: at the end of a module, or as the final assessment."""

    kind = StepKind(
        name="quiz",
        label=_("Quiz"),
        optional_label=_("Practice quiz"),
        done_label=_("Passed"),
        count_label=ngettext_lazy("%(number)s quiz", "%(number)s quizzes", "number"),
        icon="pencil",
    )

    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="pages", verbose_name=_("quiz"))
    introduction = RichTextField(_("introduction"), features=INTRODUCTION, blank=True)

    content_panels: ClassVar[list[Any]] = [
        *StepPage.content_panels,
        FieldPanel("quiz"),
        FieldPanel("introduction"),
        *StepPage.step_panels,
    ]
    search_fields: ClassVar[list[Any]] = [
        *StepPage.search_fields,
        index.SearchField("introduction"),
    ]
    template = "assessments/quiz_page.html"
    read_with: ClassVar[tuple[str, ...]] = (*StepPage.read_with, "quiz")
    parent_page_types: ClassVar[list[str]] = ["courses.ModulePage", "courses.CoursePage"]

    class Meta:
        verbose_name = _("quiz page")
        verbose_name_plural = _("quiz pages")

    @property
    def subject_id(self) -> int | None:
        return self.quiz_id
