"""What a trainer declared a course to be. What is published at this minute is another thing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from courses.models.pages import CoursePage
from people.models import User


class CourseEditionQuerySet(models.QuerySet["CourseEdition"]):
    def in_force(self) -> Self:
        """The last that was declared of each course."""
        newer = CourseEdition.objects.filter(course_key=OuterRef("course_key")).order_by("-number")
        return self.filter(pk=Subquery(newer.values("pk")[:1]))

    def of_courses(self, keys: Iterable[UUID]) -> Self:
        """The one in force of each of some courses, with its modules and steps. Three queries."""
        return (
            self.in_force().filter(course_key__in=list(keys)).prefetch_related("modules", "steps")
        )


class CourseEdition(models.Model):
    """What a course is, in every language, as somebody declared it: it is never edited or deleted.

    It alone decides what completes the course, in which order, what is left, and out of how
    much hours are counted. Erasure leaves who declared it, as of every decision.
    """

    course_key = models.UUIDField(_("course, in any language"), editable=False)
    # The page that it was declared from; the next is declared there too.
    course = models.ForeignKey(CoursePage, models.SET_NULL, null=True, related_name="+")
    number = models.PositiveIntegerField(_("number"), editable=False)
    in_order = models.BooleanField(_("modules open in order"))
    # Those that its lessons taught, in the order of a certificate: code, name, group.
    competencies = models.JSONField(_("competencies"), default=list)
    reason = models.TextField(_("reason"), blank=True)
    declared_at = models.DateTimeField(_("declared"), editable=False)
    declared_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("declared by")
    )

    objects: ClassVar[models.Manager[CourseEdition]] = CourseEditionQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("course edition")
        verbose_name_plural = _("course editions")
        ordering: ClassVar[list[str]] = ["course_key", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["course_key", "number"], name="course_editions_are_numbered"
            )
        ]

    def __str__(self) -> str:
        return str(_("Edition %(number)s") % {"number": self.number})


class EditionModule(models.Model):
    """A module of a course edition. Its title is what it was called then."""

    edition = models.ForeignKey(CourseEdition, models.CASCADE, related_name="modules")
    place = models.PositiveSmallIntegerField()
    key = models.UUIDField()
    title = models.CharField(max_length=255)
    code = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["edition", "place"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="one_module_of_an_edition")
        ]

    def __str__(self) -> str:
        return self.title


class EditionStep(models.Model):
    """A step of a course edition: what a learner was told they have to do, and how long it takes.

    `subject_ids` are the primary keys of what it may present, such as its quiz in each language.
    `parts` and `exercises` say how many it has; None where nobody counted them.
    """

    edition = models.ForeignKey(CourseEdition, models.CASCADE, related_name="steps")
    # None for what closes the whole course.
    module_key = models.UUIDField(null=True)
    place = models.PositiveSmallIntegerField()
    key = models.UUIDField()
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=255)
    code = models.CharField(max_length=20, blank=True)
    required = models.BooleanField(_("must be done"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    exercise_minutes = models.PositiveSmallIntegerField(default=0)
    parts = models.PositiveSmallIntegerField(null=True)
    exercises = models.PositiveSmallIntegerField(null=True)
    subject_ids = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["edition", "place"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="one_step_of_an_edition")
        ]

    def __str__(self) -> str:
        return self.title
