"""What is read: the catalogue, and courses made of modules made of lessons.

Pages are for reading. What a learner does is recorded by the page's translation key, so an
editor may move, rename, translate or take down a page without touching anybody's record.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from courses.blocks.learning import LESSON_BLOCKS
from courses.models.competencies import Competency, DomainMinutes

INTRODUCTION = ["h2", "h3", "bold", "italic", "ul", "ol", "link"]


def outcomes_field() -> StreamField:
    return StreamField(
        [("outcome", blocks.CharBlock(label=_("outcome")))],
        verbose_name=_("learning outcomes"),
        blank=True,
        help_text=_("Each one finishes “You will be able to …”."),
    )


class CourseIndexPage(Page):
    """The catalogue: every course that may be taken."""

    introduction = RichTextField(_("introduction"), features=INTRODUCTION, blank=True)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("introduction")]
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("introduction")]
    parent_page_types: ClassVar[list[str]] = ["lms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["courses.CoursePage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("course catalogue")


class CoursePage(Page):
    """A taught whole that people enrol on."""

    class Order(models.TextChoices):
        FREE = "free", _("Free: every module is open from the start")
        IN_ORDER = "in_order", _("In order: a module opens when the one before is complete")

    code = models.CharField(_("code"), max_length=20, blank=True)
    summary = models.CharField(_("summary"), max_length=255, help_text=_("For the catalogue."))
    introduction = RichTextField(_("introduction"), features=INTRODUCTION, blank=True)
    outcomes = outcomes_field()
    order = models.CharField(
        _("order"), max_length=20, choices=Order.choices, default=Order.IN_ORDER
    )

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("code"),
        FieldPanel("summary"),
        FieldPanel("introduction"),
        FieldPanel("outcomes"),
        FieldPanel("order"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("introduction"),
    ]
    template = "courses/course_page.html"
    parent_page_types: ClassVar[list[str]] = ["courses.CourseIndexPage"]
    subpage_types: ClassVar[list[str]] = ["courses.ModulePage", "courses.QuizPage"]

    class Meta:
        verbose_name = _("course")

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """The course as a visitor finds it, with what is published in it."""
        from courses.reading import outline_of  # it reads these models

        # The saved page, since outlines are remembered and a draft's title must not be.
        saved = CoursePage.objects.filter(pk=self.pk).first()
        outline = outline_of(saved) if saved else None
        return {
            **super().get_preview_context(request, mode_name),
            "outline": outline,
            "totals": {
                "minutes": outline.minutes if outline else 0,
                "lessons": outline.lesson_count if outline else 0,
                "quizzes": outline.quiz_count if outline else 0,
            },
        }


class ModulePage(Page):
    """One topic of a course, closed by its quiz."""

    code = models.CharField(_("code"), max_length=20, blank=True)
    summary = models.CharField(_("summary"), max_length=255, blank=True)
    introduction = RichTextField(_("introduction"), features=INTRODUCTION, blank=True)

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("code"),
        FieldPanel("summary"),
        FieldPanel("introduction"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("introduction"),
    ]
    template = "courses/module_page.html"
    parent_page_types: ClassVar[list[str]] = ["courses.CoursePage"]
    subpage_types: ClassVar[list[str]] = ["courses.LessonPage", "courses.QuizPage"]

    class Meta:
        verbose_name = _("module")

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """The module as a visitor finds it, with what is published in it."""
        from courses.reading import course_of, outline_of  # they read these models

        outline = outline_of(course_of(self))
        return {
            **super().get_preview_context(request, mode_name),
            "outline": outline,
            "module": outline.module(self.translation_key),
        }


class LessonPage(Page):
    """One sitting: what to read, think about and try."""

    code = models.CharField(_("code"), max_length=20, blank=True)
    summary = models.CharField(
        _("summary"),
        max_length=255,
        blank=True,
        help_text=_("Anyone may read this, also those who have not enrolled."),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=30, validators=[MinValueValidator(1)]
    )
    outcomes = outcomes_field()
    competencies = ParentalManyToManyField(
        Competency, blank=True, related_name="lessons", verbose_name=_("competencies")
    )
    content_note = models.TextField(
        _("content note"),
        blank=True,
        help_text=_("What heavy things come up, said before the lesson begins."),
    )
    show_help = models.BooleanField(_("show the help lines"), default=False)
    body = StreamField(LESSON_BLOCKS, verbose_name=_("lesson"), blank=True)

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("code"),
        FieldPanel("summary"),
        FieldPanel("minutes"),
        FieldPanel("outcomes"),
        MultiFieldPanel([FieldPanel("content_note"), FieldPanel("show_help")], heading=_("Care")),
        FieldPanel("body"),
        FieldPanel("competencies"),
        InlinePanel(
            "domain_minutes", label=_("Minutes towards a domain"), heading=_("Minutes by domain")
        ),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
    ]
    template = "courses/lesson_page.html"
    parent_page_types: ClassVar[list[str]] = ["courses.ModulePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("lesson")

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """The whole lesson, as a learner with a place on the course would read it."""
        return {
            **super().get_preview_context(request, mode_name),
            "state": "preview",
            "body": render_to_string("courses/_lesson_body.html", {"page": self}),
        }


class LessonMinutes(DomainMinutes):
    lesson = ParentalKey(LessonPage, on_delete=models.CASCADE, related_name="domain_minutes")


class QuizPage(Page):
    """Where a quiz stands in a course: at the end of a module, or as the final assessment."""

    quiz = models.ForeignKey(
        "courses.Quiz", models.PROTECT, related_name="pages", verbose_name=_("quiz")
    )
    introduction = RichTextField(_("introduction"), features=INTRODUCTION, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        default=30,
        validators=[MinValueValidator(1)],
        help_text=_("About how long it takes. It is never a time limit."),
    )

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("quiz"),
        FieldPanel("introduction"),
        FieldPanel("minutes"),
        InlinePanel(
            "domain_minutes", label=_("Minutes towards a domain"), heading=_("Minutes by domain")
        ),
    ]
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("introduction")]
    template = "courses/quiz_page.html"
    parent_page_types: ClassVar[list[str]] = ["courses.ModulePage", "courses.CoursePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("quiz page")

    def clean(self) -> None:
        super().clean()
        if self.quiz_id and not self.quiz.draws.exists():
            raise ValidationError(
                {"quiz": _("Give this quiz a question first: it asks nothing yet.")}
            )

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        return {
            **super().get_preview_context(request, mode_name),
            "state": "preview",
            "quiz": self.quiz,
        }


class QuizMinutes(DomainMinutes):
    quiz_page = ParentalKey(QuizPage, on_delete=models.CASCADE, related_name="domain_minutes")
