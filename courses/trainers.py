"""Who teaches a course, as its learners may be told."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from courses.models import CourseTrainer
from people.roles import LEAD_TRAINERS, TRAINERS


def trainer_names(course_key: UUID) -> list[str]:
    """The names of those whom a course names as its trainers, in its order. One query.

    Of a course that was published, in whatever language. Somebody who may teach no longer, or
    who gave no name, is not among them.
    """
    was_published = Q(course__live=True) | Q(course__first_published_at__isnull=False)
    rows = (
        CourseTrainer.objects.filter(was_published, course__translation_key=course_key)
        .filter(trainer__is_active=True, trainer__groups__name__in=[TRAINERS, LEAD_TRAINERS])
        .exclude(trainer__full_name="")
        .order_by("sort_order", "pk")
    )
    return list(dict.fromkeys(rows.values_list("trainer__full_name", flat=True)))


def trainers_in_words(course_key: UUID) -> str:
    """Those who teach a course, in a row: “Idris Bello or Rosa Lund”. Empty where nobody is named."""
    return get_text_list(trainer_names(course_key), _("or"))
