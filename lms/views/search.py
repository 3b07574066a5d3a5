"""Looking for a page by its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet
from wagtail.search import index

from courses.access import visible_to
from courses.editions import cached, edition_for
from courses.languages import below, trees_of, without_translated
from courses.models import CoursePage, LessonPage, ModulePage, StepPage
from courses.outlines import outlines_of
from courses.privacy import closed_paths, not_below
from lms.search import searchable
from lms.search_terms import (
    Meaning,
    Vocabulary,
    any_word_query,
    every_word_query,
    excerpt,
    meanings_of,
    vocabulary_of,
    words_of,
)

ON_A_PAGE = 10
MOST_FOUND = 50


@dataclass(frozen=True)
class Surrounding:
    """A published course or module, as a page in it is told from one of the same title."""

    title: str
    language: str
    is_being_prepared: bool = False


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Pages whose whole text this reader may see and that hold every word of the query.

    Other forms of a word count as the word, and so does the nearest word where there is a slip.
    Where no page holds every word, the pages that hold any of them are shown, and it is said.
    """
    query = request.GET.get("q", "").strip()[:200]
    words = words_of(searchable(query))
    site = Site.find_for_request(request)
    matches: list[Page] = []
    meanings: list[Meaning] = []
    has_every_word = True
    if words and site is not None:
        roots = trees_of(site.root_page, get_language() or "")
        closed = closed_paths(request)
        language, vocabulary = _language_and_vocabulary(request, roots, closed)
        meanings = meanings_of(words, vocabulary, language)
        pages = visible_to(request.user, searched_pages(roots), timezone.now(), closed)
        matches, has_every_word = find(pages, meanings)
    results = Paginator(matches, ON_A_PAGE).get_page(request.GET.get("page"))
    meant_words = {word for meaning in meanings for word in meaning.words}
    context = {
        "query": query,
        "page_obj": results,
        "has_every_word": has_every_word,
        "corrected_query": corrected_query(meanings) if matches else "",
        "results": result_rows(request, list(results), meant_words),
    }
    return render(request, "lms/search.html", context)


def find(pages: PageQuerySet[Any], meanings: list[Meaning]) -> tuple[list[Page], bool]:
    """The pages that hold every word, or else any; and whether they hold every word."""
    matches = list(pages.search(every_word_query(meanings))[:MOST_FOUND])
    if matches or len(meanings) == 1:
        return in_reading_order(matches, meanings), True
    matches = list(pages.search(any_word_query(meanings))[:MOST_FOUND])
    return in_reading_order(matches, meanings), False


def in_reading_order(matches: list[Page], meanings: list[Meaning]) -> list[Page]:
    """The same pages: those that the query names, what can be read, what leads there, the rest.

    A database ranks a short text above a long one, and so the introduction of a quiz above the
    lesson that teaches what it asks. Pages of one sort stay in the order of the database, and
    a quiz never comes before its own module or a lesson of it, even if its title has the words.
    """
    places = {page.pk: (_sort_of(page, meanings), n) for n, page in enumerate(matches)}
    last_before: dict[str, tuple[int, int]] = {}
    for page in matches:
        if _is_lesson(page) or _is_a(page, ModulePage):
            module_path = _parent_path(page) if _is_lesson(page) else page.path
            last_before[module_path] = max(places[page.pk], last_before.get(module_path, (0, 0)))

    def place(page: Page) -> tuple[tuple[int, int], bool]:
        if _is_lesson(page) or not _is_a(page, StepPage):
            return places[page.pk], False
        return max(places[page.pk], last_before.get(_parent_path(page), (0, 0))), True

    return sorted(matches, key=place)


def _sort_of(page: Page, meanings: list[Meaning]) -> int:
    """Where a sort of page stands in the list, from 0."""
    title_words = set(words_of(page.title))
    if all(title_words & set(meaning.words) for meaning in meanings):
        return 0
    if _is_a(page, StepPage):
        return 1 if _is_lesson(page) else 3
    return 2 if _is_a(page, CoursePage) or _is_a(page, ModulePage) else 1


def _is_lesson(page: Page) -> bool:
    return _is_a(page, LessonPage)


def _is_a(page: Page, model: type[Page]) -> bool:
    return issubclass(page.specific_class or Page, model)


def _parent_path(page: Page) -> str:
    return str(page.path[: -Page.steplen])


def corrected_query(meanings: list[Meaning]) -> str:
    """The query as it was searched for, where a word was taken for a slip; else empty."""
    if not any(meaning.is_correction for meaning in meanings):
        return ""
    return " ".join(each.words[0] if each.is_correction else each.typed for each in meanings)


def result_rows(
    request: HttpRequest, matches: list[Page], meant_words: set[str]
) -> list[dict[str, Any]]:
    """What the list says of each page. A query for each kind of page, and not for each page."""
    if not matches:
        return []
    pages = Page.objects.filter(pk__in=[page.pk for page in matches])
    specific = {page.pk: page for page in pages.specific()}
    surroundings = surroundings_by_path(edition_for(request))
    return [
        {
            "title": page.title,
            "url": page.get_url(request) or "",
            "summary": getattr(page, "summary", ""),
            "kind": kind_label(page),
            "within": within(page, surroundings),
            "is_being_prepared": is_being_prepared(page, surroundings),
            "excerpt": marked(excerpt(page_text(page, with_title=False), meant_words)),
        }
        for page in (specific[match.pk] for match in matches if match.pk in specific)
    ]


def surroundings_by_path(edition: int) -> dict[str, Surrounding]:
    """Every published course and module by its path. Cached until something is published."""

    def build() -> dict[str, Surrounding]:
        courses = list(CoursePage.objects.live().select_related("locale"))
        outlines = outlines_of(courses, edition)
        modules = ModulePage.objects.live().select_related("locale")
        return {
            **{page.path: Surrounding(page.title, page.locale.language_code) for page in modules},
            **{
                page.path: Surrounding(
                    page.title, page.locale.language_code, not outlines[page.pk].is_declared
                )
                for page in courses
            },
        }

    return cached(edition, ("search_surroundings",), build)


def within(page: Page, surroundings: dict[str, Surrounding]) -> list[Surrounding]:
    """The course of a page and its module, the course first; none for what is in no course."""
    ends = range(Page.steplen, len(page.path), Page.steplen)
    return [surroundings[page.path[:end]] for end in ends if page.path[:end] in surroundings]


def is_being_prepared(page: Page, surroundings: dict[str, Surrounding]) -> bool:
    """Whether a page is a course that nobody can complete yet."""
    return page.path in surroundings and surroundings[page.path].is_being_prepared


def marked(pieces: list[tuple[str, bool]]) -> SafeString:
    """An excerpt for a page, with the words that were meant marked."""
    parts = (
        format_html("<mark>{}</mark>", text) if is_match else text for text, is_match in pieces
    )
    return format_html_join("", "{}", ((part,) for part in parts))


def kind_label(page: Page) -> str:
    """What a reader calls a page of this kind: “Lesson”, “Quiz”, “Course”."""
    return str(page.kind.label) if isinstance(page, StepPage) else str(page._meta.verbose_name)


def page_text(page: Page, *, with_title: bool = True) -> str:
    """All the text of a page that a search looks at."""
    fields = [
        field
        for field in page.get_search_fields()
        if isinstance(field, index.SearchField) and (with_title or field.field_name != "title")
    ]
    return " ".join(text for field in fields for text in _texts(field.get_value(page)))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif value:
        yield str(value)


def searched_pages(roots: list[Page]) -> PageQuerySet[Any]:
    """The pages of a site, each in the reader's language where it is published in it.

    Without the front pages, which one comes from.
    """
    pages: PageQuerySet[Any] = Page.objects.filter(below(roots))
    pages = pages.exclude(pk__in=[root.pk for root in roots])
    return without_translated(pages, get_language() or "") if len(roots) > 1 else pages


def _language_and_vocabulary(
    request: HttpRequest, roots: list[Page], closed: tuple[str, ...]
) -> tuple[str, Vocabulary]:
    """The language of a reader's search, and the words of the pages that it looks in.

    Cached until something is published or closed. A word of a page that a reader is not let in
    to is never offered to them.
    """
    locale = next((root for root in roots if root.live), roots[0]).locale

    def build() -> Vocabulary:
        native: list[str] = []
        foreign: list[str] = []
        for page in not_below(closed, searched_pages(roots)).live().specific():
            texts = native if page.locale_id == locale.pk else foreign
            texts.append(page_text(page))
        return vocabulary_of(native, locale.language_code, foreign)

    key = ("search_vocabulary", roots[0].pk, get_language(), closed)
    return locale.language_code, cached(edition_for(request), key, build)
