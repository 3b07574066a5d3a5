"""A place on a course, and the records of what was done there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from courses.models.course_editions import CourseEdition
from courses.models.pages import CoursePage
from people.models import User


class PlaceState(models.TextChoices):
    """What became of a place on a course, in a word. Worked out, never stored."""

    NOT_BEGUN = "not_begun", _("Nothing finished yet")
    UNDER_WAY = "under_way", _("Under way")
    COMPLETE = "complete", _("Complete")
    ENDED = "ended", _("Time is over")
    LEFT = "left", _("Left the course")


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def by(self, learner: User) -> Self:
        return self.filter(learner=learner)

    def current(self) -> Self:
        """The latest run of each course; earlier runs are records."""
        return self.filter(retaken_at=None)

    def open(self, at: datetime) -> Self:
        """Those that let their learner read and be assessed now."""
        in_time = Q(ends_at=None) | Q(ends_at__gt=at)
        return self.current().filter(in_time, withdrawn_at=None)

    def in_state(self, state: PlaceState, at: datetime) -> Self:
        """Those of one state, by the same order as `Enrolment.state`."""
        finished = Completion.objects.filter(enrolment=OuterRef("pk"))
        is_complete = Q(Exists(finished.filter(page_key=OuterRef("course_key"))))
        has_begun = Q(Exists(finished))
        has_ended = Q(ends_at__isnull=False, ends_at__lte=at)
        is_here = Q(withdrawn_at=None)
        conditions = {
            PlaceState.LEFT: ~is_here,
            PlaceState.COMPLETE: is_here & is_complete,
            PlaceState.ENDED: is_here & ~is_complete & has_ended,
            PlaceState.NOT_BEGUN: is_here & ~has_begun & ~has_ended,
            PlaceState.UNDER_WAY: is_here & ~is_complete & ~has_ended & has_begun,
        }
        return self.filter(conditions[state])


class Enrolment(models.Model):
    """A learner's place on a course, in whatever language they read it.

    The same person may take a course again: each time is a run of its own, and the earlier
    runs keep everything that was done in them. Erasure keeps the row for the counts and takes the person out of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    learner = models.ForeignKey(User, models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="enrolments")
    course_key = models.UUIDField(_("course, in any language"), editable=False)
    run = models.PositiveSmallIntegerField(_("run"), default=1, editable=False)
    enrolled_at = models.DateTimeField(_("enrolled"), editable=False)
    withdrawn_at = models.DateTimeField(_("withdrew"), null=True, blank=True, editable=False)
    # When the next run began. From then on this one is a record, and nothing is added to it.
    retaken_at = models.DateTimeField(_("taken again"), null=True, blank=True, editable=False)
    ends_at = models.DateTimeField(
        _("access ends"),
        null=True,
        blank=True,
        help_text=_("After this the learner keeps their records and can no longer read on."),
    )

    objects: ClassVar[models.Manager[Enrolment]] = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        permissions = [("view_every_enrolment", _("Can see the learners of every course"))]
        indexes = [
            # The list of learners: of every course, and of some, by when they came.
            models.Index(fields=["enrolled_at"], name="learners_by_time"),
            models.Index(fields=["course_key", "enrolled_at"], name="learners_of_a_course"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course_key"],
                condition=Q(retaken_at=None),
                name="one_current_enrolment_per_course",
            ),
            models.UniqueConstraint(
                fields=["learner", "course_key", "run"], name="runs_are_numbered"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def is_open(self, at: datetime) -> bool:
        """Whether its learner may read and be assessed now."""
        is_current = self.withdrawn_at is None and self.retaken_at is None
        return is_current and not self.has_ended(at)

    def state(self, completed: Collection[UUID], at: datetime) -> PlaceState:
        """What became of it, by the keys of the pages that were completed on it."""
        if self.withdrawn_at is not None:
            return PlaceState.LEFT
        if self.course_key in completed:
            return PlaceState.COMPLETE
        if self.has_ended(at):
            return PlaceState.ENDED
        return PlaceState.UNDER_WAY if completed else PlaceState.NOT_BEGUN

    def has_ended(self, at: datetime) -> bool:
        """Whether the time it was given for is over. Coming back does not change that."""
        return self.ends_at is not None and at >= self.ends_at


class Completion(models.Model):
    """The record that a lesson was finished, or that a module or a course became complete.

    It is kept by the page's translation key, so that a lesson finished in Spanish is
    finished, and stays when the content grows. `edition` is what the course was declared to be
    when it was recorded: what somebody completed is judged by that one, and by no later one.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="completions")
    page = models.ForeignKey("wagtailcore.Page", models.PROTECT, related_name="+")
    page_key = models.UUIDField(editable=False)
    edition = models.ForeignKey(
        CourseEdition, models.PROTECT, null=True, editable=False, related_name="+"
    )
    completed_at = models.DateTimeField(_("completed"), editable=False)

    class Meta:
        verbose_name = _("completion")
        indexes = [
            # When somebody last finished something, without reading all that they finished.
            models.Index(fields=["enrolment", "completed_at"], name="latest_completion"),
            # Who completed a course or what comes last in it, which a sweep asks each minute.
            models.Index(fields=["page_key", "enrolment"], name="completions_of_a_page"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "page_key"], name="one_completion_per_page"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_key} {self.completed_at:%Y-%m-%d}"


class Opening(models.Model):
    """The record that a module opened for a learner. What was opened never locks again."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="openings")
    page_key = models.UUIDField(editable=False)
    opened_at = models.DateTimeField(_("opened"), editable=False)

    class Meta:
        verbose_name = _("opening")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "page_key"], name="one_opening_per_module")
        ]

    def __str__(self) -> str:
        return f"{self.page_key} {self.opened_at:%Y-%m-%d}"


class Reflection(models.Model):
    """What a learner wrote for themselves under one prompt of a lesson.

    Nobody else reads it: it is on no staff page, in no report and in no log. The learner
    can take it away or delete it. Erasure deletes it.
    """

    learner = models.ForeignKey(User, models.CASCADE, related_name="reflections")
    lesson_key = models.UUIDField(editable=False)
    block_id = models.UUIDField(editable=False)
    prompt = models.TextField(editable=False)
    text = models.TextField()
    # Rises with each save; a save that does not name the number it saw is out of date.
    number = models.PositiveIntegerField(default=1, editable=False)
    saved_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("reflection")
        verbose_name_plural = _("reflections")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "lesson_key", "block_id"], name="one_reflection_per_prompt"
            )
        ]

    def __str__(self) -> str:
        return str(self.block_id)
