"""Who teaches a course, as its learners may be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from courses.models import CourseTrainer
from people.models import User
from people.roles import LEAD_TRAINERS, TRAINERS


def trainer_ids(course_keys: Iterable[UUID]) -> dict[UUID, tuple[int, ...]]:
    """Whom some courses name as their trainers, in the order of each, by its key. One query.

    Of courses that were published, in whatever language.
    """
    was_published = Q(course__live=True) | Q(course__first_published_at__isnull=False)
    rows = CourseTrainer.objects.filter(was_published, course__translation_key__in=course_keys)
    by_course: dict[UUID, list[int]] = defaultdict(list)
    for key, trainer_id in rows.order_by("sort_order", "pk").values_list(
        "course__translation_key", "trainer"
    ):
        by_course[key].append(trainer_id)
    return {key: tuple(dict.fromkeys(ids)) for key, ids in by_course.items()}


def trainer_names(ids: Collection[int]) -> list[str]:
    """The names of some trainers, in this order, as they are now. One query, for any at all.

    Somebody who may teach no longer, or who gave no name, is not among them.
    """
    if not ids:
        return []
    may_teach = User.objects.filter(
        pk__in=ids, is_active=True, groups__name__in=[TRAINERS, LEAD_TRAINERS]
    )
    names = dict(may_teach.exclude(full_name="").values_list("pk", "full_name"))
    return list(dict.fromkeys(names[pk] for pk in ids if pk in names))


def trainers_in_words(ids: Collection[int]) -> str:
    """Some trainers in a row: “Idris Bello or Rosa Lund”. Empty where nobody is named."""
    return get_text_list(trainer_names(ids), _("or"))
