"""What rests on pages that somebody is about to take down, move, delete or make pages of their own,
in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.text import get_text_list
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page
from wagtail.query import PageQuerySet

from courses.languages import course_keys
from courses.models import Completion, CourseEdition, CoursePage, Enrolment

RESTING_HOOK = "find_what_rests"
"""By this hook each app says what of its own rests on pages: a function that takes the pages, with
all that stands below them, and the keys of the courses whose edition in force has them, and
returns sentences."""

Finder = Callable[[list[Page], list[UUID]], list[str]]


def what_rests_on(pages: Iterable[Page], *, act: str = "unpublish") -> list[str]:
    """How many learners and awards rest on some pages and on what stands below them, and what
    becomes of them when those are taken down, deleted, moved or, as aliases, converted, by `act`.

    An alias goes down with its page, wherever it stands: what rests on it is counted as well.
    Nothing but that, and what becomes of a converted alias, where no course was declared with any
    of them. Constant queries.
    """
    affected = _with_descendants(list(pages))
    aliases = [] if act in {"move", "convert"} else _aliases_elsewhere(affected)
    affected += aliases
    keys = {page.translation_key for page in affected}
    named = Q(course_key__in=keys) | Q(modules__key__in=keys) | Q(steps__key__in=keys)
    editions = CourseEdition.objects.in_force().filter(named)
    course_keys = list(editions.order_by().values_list("course_key", flat=True).distinct())
    if not course_keys:
        return [*_shown_elsewhere(aliases), *_comes_no_longer(act)]
    finders: list[Finder] = hooks.get_hooks(RESTING_HOOK)
    is_course = bool(keys.intersection(course_keys))
    return [
        *_shown_elsewhere(aliases),
        *_learners(keys, course_keys, is_single=len(affected) == 1),
        *chain.from_iterable(find(affected, course_keys) for find in finders),
        _what_follows(act, affected, is_course=is_course),
        *_comes_no_longer(act),
    ]


def _comes_no_longer(act: str) -> list[str]:
    """What an alias loses that becomes a page of its own, whichever course it is in."""
    if act != "convert":
        return []
    return [_("What is changed on the original from then on no longer comes here.")]


def _other_languages(pages: list[Page]) -> str:
    """In which languages some or all of these pages stay in their course, because they are live in
    them."""
    others = list(_translations_beside(pages).select_related("locale"))
    keys = course_keys([*pages, *others])
    places = {(page.translation_key, keys[page.pk]) for page in pages}
    codes = {
        page.locale.language_code
        for page in others
        if (page.translation_key, keys[page.pk]) in places
    }
    return get_text_list(
        [get_language_info(code)["name_translated"] for code in sorted(codes)], _("and")
    )


def _translations_beside(pages: list[Page]) -> PageQuerySet[Page]:
    """The published translations of some pages, wherever they stand."""
    same: PageQuerySet[Page] = Page.objects.live().filter(
        translation_key__in={page.translation_key for page in pages}, alias_of=None
    )
    return same.exclude(pk__in=[page.pk for page in pages]).order_by()


def _what_follows_a_move(pages: list[Page]) -> str:
    """What the readers of the course find in the place of what was moved out of it: for a
    translation what it translates, and for a page that others translate nothing to read."""
    is_translation = Q(pk__in=[page.pk for page in pages], translation_record__source__isnull=False)
    languages = _other_languages(pages)
    translated = Page.objects.filter(is_translation).count() if languages else 0
    if not languages:
        words = _("Moved out of the course, it is marked there as being worked on.")
    elif translated and len(pages) == 1:
        words = _("Moved out of the course, it is read there in %(languages)s.")
    elif translated:
        words = _(
            "Moved out of the course, what of it is published in %(languages)s is read there in "
            "that language, and the rest is marked as being worked on."
        )
    elif len(pages) == 1:
        words = _(
            "Moved out of the course, it is marked there as being worked on for those who read it "
            "in this language. In %(languages)s it stays open there."
        )
    else:
        words = _(
            "Moved out of the course, it is marked there as being worked on for those who read it "
            "in this language. What of it is published in %(languages)s stays open there."
        )
    return " ".join(
        [
            _("Within its course it counts as before."),
            words % {"languages": languages},
            _("Nobody loses what they finished."),
        ]
    )


def _what_follows(act: str, pages: list[Page], *, is_course: bool) -> str:
    """What becomes of the learners, in a sentence or two."""
    if act == "move":
        return _what_follows_a_move(pages)
    if act == "convert":
        return _("Learners keep what they finished, and the course counts it as before.")
    if languages := _other_languages(pages):
        words = (
            _(
                "It stays open in %(languages)s: its address leads there, and it can be finished "
                "there. Nobody loses what they finished."
            )
            if len(pages) == 1
            else _(
                "What of it is published in %(languages)s stays open there; for the rest the course "
                "goes on asking. Nobody loses what they finished."
            )
        )
        return words % {"languages": languages}
    if is_course:
        return _(
            "Learners keep their places and what they finished. They cannot go on with a course "
            "that is not there."
        )
    if act == "delete":
        return _(
            "The course goes on asking for it, marked as no longer in the course, until the course "
            "is declared without it. Nobody loses what they finished."
        )
    return _(
        "The course goes on asking for it, marked as being worked on: nobody can do it until it is "
        "back, or until the course is declared without it. Nobody loses what they finished."
    )


def _with_descendants(pages: list[Page]) -> list[Page]:
    within = Q(pk__in=[])
    for page in pages:
        within |= Q(path__startswith=page.path)
    return list(Page.objects.filter(within))


def _aliases_elsewhere(pages: list[Page]) -> list[Page]:
    """The aliases of some pages, and what stands below those, without what is among the pages."""
    known = {page.pk for page in pages}
    aliases = list(Page.objects.filter(alias_of__in=known).exclude(pk__in=known))
    below = _with_descendants(aliases) if aliases else []
    return [page for page in below if page.pk not in known]


def _shown_elsewhere(aliases: list[Page]) -> list[str]:
    """In which courses aliases go down as well; nothing where there are none."""
    above = {page.path[:end] for page in aliases for end in range(0, len(page.path), page.steplen)}
    courses = CoursePage.objects.filter(path__in=above) if above else CoursePage.objects.none()
    titles = [
        _("“%(title)s”") % {"title": title} for title in courses.values_list("title", flat=True)
    ]
    if not titles:
        return []
    return [
        _("It is shown by an alias in %(courses)s too, and goes down there with it.")
        % {"courses": ", ".join(titles)}
    ]


def _learners(keys: set[UUID], course_keys: list[UUID], *, is_single: bool) -> list[str]:
    finished = Completion.objects.filter(enrolment=OuterRef("pk"))
    places = Enrolment.objects.current().filter(course_key__in=course_keys)
    is_complete = Exists(finished.filter(page_key=OuterRef("course_key")))
    ahead = places.filter(~is_complete, withdrawn_at=None).count()
    done = places.filter(Exists(finished.filter(page_key__in=keys))).count()
    on_the_way = ngettext(
        "%(number)s learner is on the way through the course.",
        "%(number)s learners are on the way through the course.",
        ahead,
    )
    have_done = (
        ngettext(
            "%(number)s learner has finished this page.",
            "%(number)s learners have finished this page.",
            done,
        )
        if is_single
        else ngettext(
            "%(number)s learner has finished some or all of it.",
            "%(number)s learners have finished some or all of it.",
            done,
        )
    )
    return [on_the_way % {"number": ahead}, have_done % {"number": done}]
