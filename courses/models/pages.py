"""What is read: the catalogue, and courses made of modules made of lessons.

Pages are for reading. What a learner does is recorded by the page's translation key, so an
editor may move, rename, translate or take down a page without touching anybody's record.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable
from wagtail.search import index

from courses.blocks.learning import LESSON_BLOCKS
from courses.models.competencies import Competency
from courses.models.provenance import AuthoredPage, sources_field
from courses.models.steps import OriginMixin, ReaderPage, StepPage
from courses.module_marks import ModuleMark
from courses.parts import Part, exercise_minutes_of, minutes_of, parts_of
from courses.steps import StepKind
from people.models import NAME_LENGTH, User
from people.roles import LEAD_TRAINERS, TRAINERS

INTRODUCTION = ["h2", "h3", "bold", "italic", "ul", "ol", "link"]


def outcomes_field() -> StreamField:
    return StreamField(
        [("outcome", blocks.CharBlock(label=_("outcome")))],
        verbose_name=_("learning outcomes"),
        blank=True,
        help_text=_("Each one finishes “You will be able to …”."),
    )


def is_hard_field(label: Any) -> models.BooleanField:
    return models.BooleanField(
        label,
        default=False,
        help_text=_("Readers are offered a quick way to leave: “Exit this page”."),
    )


class CourseIndexPage(ReaderPage):
    """The catalogue: every course that may be taken."""

    introduction = RichTextField(_("introduction"), features=INTRODUCTION, blank=True)

    content_panels: ClassVar[list[Any]] = [*ReaderPage.content_panels, FieldPanel("introduction")]
    search_fields: ClassVar[list[Any]] = [
        *ReaderPage.search_fields,
        index.SearchField("introduction"),
    ]
    parent_page_types: ClassVar[list[str]] = ["lms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["courses.CoursePage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("course catalogue")
        verbose_name_plural = _("course catalogues")


class CoursePage(ReaderPage):
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
    contact_name = models.CharField(
        _("whom learners may ask"),
        max_length=NAME_LENGTH,
        blank=True,
        help_text=_(
            "As learners read it, such as: Idris, your trainer. Empty where there is nobody: then "
            "no page tells a learner to talk with a trainer."
        ),
    )
    contact_email = models.EmailField(
        _("address to write to"),
        blank=True,
        help_text=_("Shown to learners. Empty for the site’s own address for questions."),
    )

    content_panels: ClassVar[list[Any]] = [
        HelpPanel(template="courses/admin/edition_panel.html"),
        *ReaderPage.content_panels,
        FieldPanel("code"),
        FieldPanel("summary"),
        FieldPanel("introduction"),
        FieldPanel("outcomes"),
        FieldPanel("order"),
        MultiFieldPanel(
            [
                FieldPanel("contact_name"),
                FieldPanel("contact_email"),
                InlinePanel(
                    "trainers",
                    label=_("Trainer"),
                    heading=_("Trainers who see its learners"),
                    help_text=_(
                        "Each sees who is on this course, how far they are and how their tries "
                        "went, and never a reflection. Learners are told their names where a talk "
                        "is offered. Counts once this page is published."
                    ),
                ),
            ],
            heading=_("Who teaches it"),
        ),
    ]
    search_fields: ClassVar[list[Any]] = [
        *ReaderPage.search_fields,
        index.SearchField("summary"),
        index.SearchField("introduction"),
    ]
    template = "courses/course_page.html"
    parent_page_types: ClassVar[list[str]] = ["courses.CourseIndexPage"]

    class Meta:
        verbose_name = _("course")


class CourseTrainer(Orderable):
    """Somebody who teaches a course and so sees its learners. Written courses are no sign of it."""

    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="trainers")
    trainer = models.ForeignKey(
        User,
        models.CASCADE,
        related_name="taught_courses",
        verbose_name=_("trainer"),
        limit_choices_to={"groups__name__in": [TRAINERS, LEAD_TRAINERS], "is_active": True},
    )

    class Meta(Orderable.Meta):
        verbose_name = _("trainer of a course")

    def __str__(self) -> str:
        return str(self.trainer)


class ModulePage(OriginMixin, AuthoredPage):
    """One topic of a course, closed by its quiz."""

    code = models.CharField(_("code"), max_length=20, blank=True)
    summary = models.CharField(_("summary"), max_length=255, blank=True)
    introduction = RichTextField(_("introduction"), features=INTRODUCTION, blank=True)
    is_hard = is_hard_field(_("hard to read, all of it"))
    mark = models.CharField(
        _("drawing"),
        max_length=20,
        choices=ModuleMark,
        blank=True,
        help_text=_("The small drawing that the module is known by. Left empty, it is its number."),
    )

    content_panels: ClassVar[list[Any]] = [
        *AuthoredPage.content_panels,
        FieldPanel("code"),
        FieldPanel("mark"),
        FieldPanel("summary"),
        FieldPanel("introduction"),
        FieldPanel("is_hard"),
        *AuthoredPage.provenance_panels,
    ]
    search_fields: ClassVar[list[Any]] = [
        *AuthoredPage.search_fields,
        index.SearchField("summary"),
        index.SearchField("introduction"),
    ]
    template = "courses/module_page.html"
    parent_page_types: ClassVar[list[str]] = ["courses.CoursePage"]

    class Meta:
        verbose_name = _("module")


class LessonPage(OriginMixin, StepPage):
    """One sitting: what to read, think about and try."""

    kind = StepKind(
        name="lesson",
        label=_("Lesson"),
        optional_label=_("Extra lesson"),
        done_label=_("Finished"),
        count_label=ngettext_lazy("%(number)s lesson", "%(number)s lessons", "number"),
        icon="book",
    )

    code = models.CharField(_("code"), max_length=20, blank=True)
    summary = models.CharField(
        _("summary"),
        max_length=255,
        blank=True,
        help_text=_("Anyone may read this, also those who have not enrolled."),
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
    is_hard = is_hard_field(_("hard to read"))
    body = StreamField(LESSON_BLOCKS, verbose_name=_("lesson"), blank=True)
    # How many of the minutes are for its exercises. Worked out with them.
    exercise_minutes = models.PositiveSmallIntegerField(default=0, editable=False)
    sources = sources_field()

    content_panels: ClassVar[list[Any]] = [
        *ReaderPage.content_panels,
        FieldPanel("code"),
        FieldPanel("summary"),
        FieldPanel("required"),
        FieldPanel("outcomes"),
        MultiFieldPanel(
            [FieldPanel("content_note"), FieldPanel("show_help"), FieldPanel("is_hard")],
            heading=_("Care"),
        ),
        FieldPanel("body"),
        FieldPanel("sources"),
        FieldPanel("competencies"),
        HelpPanel(template="courses/admin/clear_panel.html"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *ReaderPage.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
    ]
    template = "courses/lesson_page.html"
    parent_page_types: ClassVar[list[str]] = ["courses.ModulePage"]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it is divided into, in order; at least one part."""
        return parts_of(self.body, self.translation_key)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """As Wagtail's, after working out the minutes, which nobody types."""
        parts = self.parts
        self.minutes = minutes_of(parts)
        self.exercise_minutes = exercise_minutes_of(parts)
        super().full_clean(*args, **kwargs)
