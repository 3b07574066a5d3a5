"""What rests on pages that somebody is about to take down, move or delete, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.models import Page

from courses.models import Completion, CourseEdition, Enrolment

RESTING_HOOK = "find_what_rests"
"""By this hook each app says what of its own rests on pages: a function that takes the pages, with
all that stands below them, and the keys of the courses whose edition in force has them, and
returns sentences."""

Finder = Callable[[list[Page], list[UUID]], list[str]]


def what_rests_on(pages: Iterable[Page], *, moves: bool = False) -> list[str]:
    """How many learners and awards rest on some pages and on what stands below them, and what
    becomes of them when those are taken down or deleted, or moved, by `moves`.

    Nothing, where no course was declared with any of them. Constant queries.
    """
    affected = _with_descendants(list(pages))
    keys = {page.translation_key for page in affected}
    named = Q(course_key__in=keys) | Q(modules__key__in=keys) | Q(steps__key__in=keys)
    editions = CourseEdition.objects.in_force().filter(named)
    course_keys = list(editions.order_by().values_list("course_key", flat=True).distinct())
    if not course_keys:
        return []
    finders: list[Finder] = hooks.get_hooks(RESTING_HOOK)
    return [
        *_learners(keys, course_keys),
        *chain.from_iterable(find(affected, course_keys) for find in finders),
        _moved() if moves else _taken_down(),
    ]


def _taken_down() -> str:
    return _(
        "It stays part of the edition in force, marked as being worked on. Nobody loses what they "
        "finished, and nobody can do it until it is back, or until the next edition leaves it out."
    )


def _moved() -> str:
    return _(
        "On its course it counts where it was declared, until the next edition. Moved out of the "
        "course, it is marked there as being worked on. Nobody loses what they finished."
    )


def _with_descendants(pages: list[Page]) -> list[Page]:
    within = Q(pk__in=[])
    for page in pages:
        within |= Q(path__startswith=page.path)
    return list(Page.objects.filter(within))


def _learners(keys: set[UUID], course_keys: list[UUID]) -> list[str]:
    finished = Completion.objects.filter(enrolment=OuterRef("pk"))
    places = Enrolment.objects.current().filter(course_key__in=course_keys)
    is_complete = Exists(finished.filter(page_key=OuterRef("course_key")))
    ahead = places.filter(~is_complete, withdrawn_at=None).count()
    done = places.filter(Exists(finished.filter(page_key__in=keys))).count()
    return [
        ngettext(
            "%(number)s learner is on the way through its course.",
            "%(number)s learners are on the way through its course.",
            ahead,
        )
        % {"number": ahead},
        ngettext(
            "%(number)s learner has finished something of it.",
            "%(number)s learners have finished something of it.",
            done,
        )
        % {"number": done},
    ]
