"""What editors closed, with all that it is said of.

Wagtail closes a page and what stands below it. Here it is also closed where the same words stand
elsewhere: as an alias, and in another language.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from wagtail.models import Page, PageViewRestriction

from courses.languages import below
from people.models import User


@dataclass(frozen=True)
class Closure:
    """One restriction, and the paths in the tree that it closes with all below them."""

    restriction: int
    kind: str
    groups: frozenset[int]
    paths: tuple[str, ...]

    def covers(self, path: str) -> bool:
        return path.startswith(self.paths)


def read_closures() -> tuple[Closure, ...]:
    """Every restriction with what it closes. One query where there is none."""
    rows = PageViewRestriction.objects.select_related("page").prefetch_related("groups")
    return tuple(
        Closure(
            restriction=row.pk,
            kind=row.restriction_type,
            groups=frozenset(group.pk for group in row.groups.all()),
            paths=_same_words(row.page),
        )
        for row in rows.order_by("pk")
    )


def is_closed(page: Page) -> bool:
    """Whether anybody is not let in to a page, where it stands now."""
    path = Page.objects.filter(pk=page.pk).values_list("path", flat=True).get()
    return any(closure.covers(path) for closure in read_closures())


def _same_words(page: Page) -> tuple[str, ...]:
    """The paths of a page, of its translations, and of every alias of them or of what is below."""
    paths: set[str] = set()
    new = {page.path}
    while new:
        paths |= new
        closed = Page.objects.filter(below(Page(path=path) for path in paths))
        same = Page.objects.filter(translation_key__in=closed.values("translation_key"))
        aliases = Page.objects.filter(alias_of__in=closed.values("pk"))
        copied_paths = set(same.values_list("path", flat=True)) | set(
            aliases.values_list("path", flat=True)
        )
        new = {path for path in copied_paths if not path.startswith(tuple(paths))}
    return tuple(sorted(paths))


def keep_closed(source: Page, copy: Page, *, by: User | None) -> None:
    """Close a copy, and what was copied with it, as their sources are closed, where the place that
    it was put in does not already.
    """
    for closure in read_closures():
        for page in _copies_of_closed(closure, source, copy):
            if not closure.covers(page.path):
                close_alike(page, closure, by=by)


def _copies_of_closed(closure: Closure, source: Page, copy: Page) -> list[Page]:
    """The copy where its source is closed, else the copies of what is closed below the source.

    What is copied with a page has the same address below the copy as it had below the page.
    """
    if closure.covers(source.path):
        return [copy]
    below_source = [path for path in closure.paths if path.startswith(source.path)]
    urls = Page.objects.filter(path__in=below_source).values_list("url_path", flat=True)
    copied_urls = [copy.url_path + url.removeprefix(source.url_path) for url in urls]
    return list(Page.objects.descendant_of(copy).filter(url_path__in=copied_urls))


def keep_closed_without(page: Page, doomed: Collection[str]) -> None:
    """Close what a page’s own restriction closes elsewhere, before the page is deleted with it.

    `doomed` are the paths of all that is deleted.
    """
    own = PageViewRestriction.objects.filter(page=page)
    if own:
        ids = {row.pk for row in own}
        for closure in (each for each in read_closures() if each.restriction in ids):
            left = [path for path in closure.paths if path not in doomed]
            for other in Page.objects.filter(path__in=left):
                close_alike(other, closure, by=None)


def close_alike(page: Page, closure: Closure, *, by: User | None) -> None:
    """Give a page a restriction of its own, like another; once."""
    row = PageViewRestriction.objects.get(pk=closure.restriction)
    own = PageViewRestriction(
        page=page, restriction_type=row.restriction_type, password=row.password
    )
    if not is_there(own, closure.groups):
        own.save(user=by)
        own.groups.set(closure.groups)


def is_there(restriction: PageViewRestriction, groups: frozenset[int]) -> bool:
    """Whether a page has the like of a restriction already."""
    alike = PageViewRestriction.objects.filter(
        page=restriction.page,
        restriction_type=restriction.restriction_type,
        password=restriction.password,
    )
    return any(groups == frozenset(each.groups.values_list("pk", flat=True)) for each in alike)
