"""The column of a requirement that asks for a course."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import CoursePage


class CourseFields(models.Model):
    """The course to complete, in any language."""

    course = models.ForeignKey(
        CoursePage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("course"),
    )

    class Meta:
        abstract = True
