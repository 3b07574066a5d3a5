"""Verbs: bringing a page into another language, and recording what it was made from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import F, Q
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.fields import StreamField
from wagtail.models import Locale, Page, Revision

from courses.editions import cached
from courses.languages import missing_in
from courses.models import PageTranslation
from courses.models.translations import word_fields
from people.act_kinds import ActKind
from people.acts import record_act
from people.models import User


@transaction.atomic
def translate_page(page: Page, locale: Locale, *, by: User, with_subtree: bool = False) -> Page:
    """Make a draft of a page in another language, and of each page above it that lacks one.

    A page above that stays a draft holds nothing back: readers are shown it in the language
    there is. What is translated already stays as it is. Returns the page in that language.
    """
    wanted = page.get_ancestors(inclusive=True).filter(depth__gt=1)
    if with_subtree:
        wanted = wanted | page.get_descendants(inclusive=True)
    for each in missing_in(locale, wanted).order_by("path"):
        action = CopyPageForTranslationAction(page=each.specific, locale=locale, user=by)
        record_translation(action.execute(skip_permission_checks=True), each)
    translated: Page = page.get_translation(locale)
    return translated


def to_bring_along(page: Page, locale: Locale) -> list[Page]:
    """The pages above a page that would become drafts with it, from the front page down."""
    above = page.get_ancestors().filter(depth__gt=1)
    return list(missing_in(locale, above).order_by("path"))


def record_translation(page: Page, source: Page, *, is_drafted: bool = False) -> PageTranslation:
    """Record that a page is the translation of another, as that one is published now."""
    record, _is_new = PageTranslation.objects.update_or_create(
        page=page.page_ptr if hasattr(page, "page_ptr") else page,
        defaults={
            "source": source.page_ptr if hasattr(source, "page_ptr") else source,
            "source_revision_id": source.live_revision_id,
            "is_drafted": is_drafted,
        },
    )
    return record


@transaction.atomic
def confirm_translation(
    record: PageTranslation, *, says_the_same: bool, reviewed_by: str, by: User, at: datetime
) -> PageTranslation:
    """Record that a translation says what its source says now, and who has read it over.

    What is not ticked stays as it was. It is an act of whoever says so.
    """
    record = PageTranslation.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if says_the_same and record.source is not None:
        record.source_revision_id = record.source.live_revision_id
    record.reviewed_by = reviewed_by
    record.save()
    record_act(ActKind.CHANGED, record.page, by=by, at=at)
    return record


def pages_awaiting_review(edition: int) -> frozenset[int]:
    """The pages of which no person has read the translation over; cached for an edition."""

    def read() -> frozenset[int]:
        drafted = PageTranslation.objects.filter(is_drafted=True, reviewed_by="")
        return frozenset(drafted.values_list("page_id", flat=True))

    return cached(edition, ("pages_awaiting_review",), read)


# What has changed since ---------------------------------------------------------------------


@dataclass(frozen=True)
class TranslationState:
    """A translation beside its source as that is published now."""

    record: PageTranslation
    is_behind: bool

    @property
    def page(self) -> Page:
        return self.record.page

    @property
    def source(self) -> Page | None:
        return self.record.source


def states_of_translations(records: Iterable[PageTranslation]) -> list[TranslationState]:
    """Some translations, each with whether its source has other words now. Two queries at most."""
    rows = list(records)
    moved = [row for row in rows if _has_another_revision(row)]
    ids = {row.source_revision_id for row in moved} | {_live_revision(row) for row in moved}
    revisions = Revision.objects.in_bulk([pk for pk in ids if pk])
    return [TranslationState(row, row in moved and _differs(row, revisions)) for row in rows]


def translations_of(source: Page) -> list[TranslationState]:
    """The translations of a page that are on record."""
    rows = PageTranslation.objects.filter(source=source.pk)
    return states_of_translations(rows.select_related("page__locale", "source"))


def possibly_behind() -> Any:
    """The translations whose source was published again since; perhaps with the same words."""
    return PageTranslation.objects.filter(source__live=True).exclude(
        Q(source__live_revision=None) | Q(source__live_revision=F("source_revision"))
    )


def _live_revision(record: PageTranslation) -> int | None:
    return record.source.live_revision_id if record.source else None


def _has_another_revision(record: PageTranslation) -> bool:
    now = _live_revision(record)
    return now is not None and now != record.source_revision_id


def _differs(record: PageTranslation, revisions: dict[int, Revision]) -> bool:
    """Whether two versions of a source differ in words; one that is gone is taken to."""
    before = revisions.get(record.source_revision_id or 0)
    after = revisions.get(_live_revision(record) or 0)
    if before is None or after is None:
        return True
    model = cast(Page, record.source).specific_class or Page
    return any(
        _words_of(before, model, name) != _words_of(after, model, name)
        for name in word_fields(model)
    )


def _words_of(revision: Revision, model: type[Page], name: str) -> Any:
    """What a version holds in a field. Blocks are read: as text, the same ones may differ, since
    PostgreSQL stores their keys in an order of its own."""
    value = revision.content.get(name)
    is_blocks = isinstance(model._meta.get_field(name), StreamField)
    return json.loads(value) if is_blocks and isinstance(value, str) and value else value
