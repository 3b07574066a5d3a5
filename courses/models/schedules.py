"""Schedules that could not be kept."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from people.models import User


class MissedScheduleQuerySet(models.QuerySet):
    def about(self, subject: Any) -> Self:
        """Those of one page or question."""
        return self.filter(content_type=subject.get_base_content_type(), object_id=str(subject.pk))

    def of_concern_to(self, user: User, *, publishes: bool) -> Self:
        """A person's own; for somebody who may publish, everybody's."""
        return self if publishes else self.filter(Q(author=user))


class MissedSchedule(models.Model):
    """A page or question whose hour came and that could not be published, and why.

    It stays until that is published, scheduled anew, or its newest draft asks for no hour or for
    another. Erasing its author empties `author` and leaves the rest.
    """

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=255)
    subject = GenericForeignKey("content_type", "object_id")
    title = models.TextField()
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="+")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    due_at = models.DateTimeField()
    missed_at = models.DateTimeField()
    reason = models.TextField()
    notified_at = models.DateTimeField(null=True)

    objects = MissedScheduleQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["due_at"]
        verbose_name = _("missed schedule")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"], name="one_missed_schedule_for_each"
            )
        ]

    def __str__(self) -> str:
        return self.title
