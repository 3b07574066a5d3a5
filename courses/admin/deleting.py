"""Deleting with care: says what rests on something before it could go, and refuses meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Model
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.views import generic
from wagtail.search import index
from wagtail.snippets.views import snippets

CONFIRM_DELETE = "courses/admin/confirm_delete.html"
HOLDS_HOOK = "find_holds"


@dataclass(frozen=True)
class Hold:
    """Something that rests on what an editor would delete."""

    what: str
    at: Model | None = None

    @classmethod
    def by(cls, row: Model) -> Hold:
        """A hold by a row that editors know by its name."""
        return cls(f"{capfirst(row._meta.verbose_name)}: {row}", row)


def holds_on(target: Model) -> list[Hold]:
    """What stands in the way of deleting something. Nothing is deleted to find out.

    Each app adds what no constraint protects by the hook `find_holds`: a function that takes
    the row and returns the holds on it.
    """
    further = [find(target) for find in hooks.get_hooks(HOLDS_HOOK)]
    return [*_protecting(target), *chain.from_iterable(further)]


def _protecting(target: Model) -> list[Hold]:
    try:
        Collector(using="default", origin=target).collect([target])
    except ProtectedError as protected:
        return _named(protected.protected_objects)
    except RestrictedError as restricted:
        return _named(restricted.restricted_objects)
    return []


def _named(rows: Iterable[Model]) -> list[Hold]:
    """What editors look for, by name; records of people by their number alone."""
    holds: dict[Any, Hold] = {}
    counts: dict[type[Model], int] = defaultdict(int)
    for row in rows:
        owner = _parent_of(row)
        if isinstance(owner, index.Indexed):
            holds[type(owner), owner.pk] = Hold.by(owner)
        else:
            counts[type(owner)] += 1
    tallies = [
        Hold(
            f"{count} × {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"
        )
        for model, count in counts.items()
    ]
    return [*holds.values(), *tallies]


def _parent_of(row: Model) -> Model:
    """The row that an inline row belongs to; any other row itself."""
    for field in row._meta.get_fields():
        if isinstance(field, ParentalKey):
            parent: Model = getattr(row, field.name)
            return parent
    return row


class CarefulDeleteMixin:
    """Names what rests on something before it could go, and refuses while anything does."""

    template_name = CONFIRM_DELETE

    @cached_property
    def holds(self) -> list[dict[str, Any]]:
        finder = AdminURLFinder(self.request.user)  # type: ignore[attr-defined]
        return [
            {"what": hold.what, "url": finder.get_edit_url(hold.at) if hold.at else None}
            for hold in holds_on(self.object)  # type: ignore[attr-defined]
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**context, "holds": self.holds, "is_protected": bool(self.holds)}

    def form_valid(self, form: Any) -> HttpResponse:
        if self.holds:
            return self.refuse()
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except (ProtectedError, RestrictedError):  # somebody used it a moment ago
            del self.holds
            return self.refuse()

    def refuse(self) -> HttpResponse:
        messages.error(self.request, _("It is in use, so it was not deleted."))  # type: ignore[attr-defined]
        context = self.get_context_data()
        return self.render_to_response(context, status=409)  # type: ignore[attr-defined]


class DeleteSnippetView(CarefulDeleteMixin, snippets.DeleteView):
    template_name = CONFIRM_DELETE


class DeleteModelView(CarefulDeleteMixin, generic.DeleteView):
    template_name = CONFIRM_DELETE
