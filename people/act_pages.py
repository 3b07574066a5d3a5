"""The log of acts in the staff pages: read, narrowed down and downloaded, and never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import django_filters
from django.apps import apps
from django.db.models import Q, QuerySet
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from people.act_kinds import ActKind
from people.models import Act, User, words_sought
from people.moments import short_moment
from people.spreadsheets import SpreadsheetMixin

MOST_FOUND = 500
"""How many people the words of a search may mean; it reads no more of them."""


def kind_in_words(label: str) -> str:
    """What the kind of a subject is called; its own label where it is no model any more."""
    try:
        return str(capfirst(apps.get_model(label)._meta.verbose_name))
    except (LookupError, ValueError):
        return label


def subject_in_words(act: Act) -> str:
    return f"{kind_in_words(act.subject_kind)} {act.subject_id}".strip()


def person_in_words(person: User | None) -> str:
    """Somebody's name as it is today, with the id under which the log knows them."""
    return f"{person} ({person.pk})" if person else ""


def doer_in_words(act: Act) -> str:
    return person_in_words(act.actor) or _("the site")


AREAS = {
    "certificates.": gettext_lazy("Awards and credentials"),
    "assessments.": gettext_lazy("Questions, quizzes and tries"),
    "courses.": gettext_lazy("Courses and competencies"),
    "practice.": gettext_lazy("Conversations"),
    "people.": gettext_lazy("People"),
    "auth.": gettext_lazy("Roles and permissions"),
    "wagtail": gettext_lazy("Files, pages and the site"),
}
"""How the kinds of things begin, and what such things are in words."""


class ActFilterSet(WagtailFilterSet):
    kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("What was done"), choices=ActKind.choices
    )
    subject_kind = django_filters.ChoiceFilter(
        label=gettext_lazy("On what"), choices=list(AREAS.items()), lookup_expr="startswith"
    )
    at = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("When"), widget=DateRangePickerWidget
    )
    by_the_site = django_filters.ChoiceFilter(
        label=gettext_lazy("Who"),
        choices=[("person", gettext_lazy("A person")), ("site", gettext_lazy("The site itself"))],
        method="by_whom",
    )

    class Meta:
        model = Act
        fields: list[str] = []

    def by_whom(self, acts: QuerySet[Act], name: str, choice: str) -> QuerySet[Act]:
        return acts.filter(actor__isnull=choice == "site")


class ActsView(SpreadsheetMixin, generic.IndexView):
    """Every act, the newest first: found by the id of a thing, or by who did it or whom it concerns."""

    any_permission_required = ["view"]
    default_ordering = "-number"
    is_searchable = True
    page_title = gettext_lazy("Log of acts")
    export_filename = "acts"
    names_people = False  # ids alone

    def get_base_queryset(self) -> QuerySet[Act]:
        return Act.objects.select_related("actor", "person")

    def order_queryset(self, queryset: QuerySet[Act]) -> QuerySet[Act]:
        return queryset.order_by(self.ordering)

    def search_queryset(self, queryset: QuerySet[Act]) -> QuerySet[Act]:
        typed = (self.search_query or "").strip()
        if not typed:
            return queryset
        people = User.objects.all()
        for word in words_sought(typed):
            people = people.filter(search_words__contains=word)
        keys = list(people.values_list("pk", flat=True)[:MOST_FOUND])
        about = Q(actor__in=keys) | Q(person__in=keys)
        return queryset.filter(about | Q(subject_id=typed.removeprefix("#")))

    @cached_property
    def columns(self) -> list[Column]:
        return [
            Column("number", label=_("Number"), sort_key="number"),
            Column("at", label=_("When"), accessor=lambda act: short_moment(act.at)),
            Column("actor", label=_("Who"), accessor=doer_in_words),
            Column("kind", label=_("What"), accessor=lambda act: act.get_kind_display()),
            Column("subject", label=_("On what"), accessor=subject_in_words),
            Column("person", label=_("Whom"), accessor=lambda act: person_in_words(act.person)),
        ]

    def sheet_columns(self) -> dict[str, Any]:
        return {
            "number": _("Number"),
            "at": _("When"),
            "actor": _("Who"),
            "kind": _("What"),
            "subject_kind": _("On what"),
            "subject_id": _("Its id"),
            "person": _("Whom"),
            "hash": _("Hash"),
        }

    def sheet_rows(self, objects: Iterable[Act]) -> Iterator[dict[str, Any]]:
        for act in objects:
            yield {
                "number": act.number,
                "at": act.at,
                "actor": act.actor_id,
                "kind": act.kind,
                "subject_kind": act.subject_kind,
                "subject_id": act.subject_id,
                "person": act.person_id,
                "hash": act.hash,
            }

    def get_edit_url(self, instance: Act) -> None:
        """An act is never edited."""

    def get_add_url(self) -> None:
        """Acts are written by what does them."""


class ActViewSet(ModelViewSet):
    """The log is read, and nothing else."""

    model = Act
    name = "acts"
    icon = "history"
    menu_label = gettext_lazy("Log of acts")
    menu_name = "acts"
    menu_order = 175
    add_to_admin_menu = True
    index_view_class = ActsView
    filterset_class = ActFilterSet
    copy_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
    search_fields = ["subject_id"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        absent = ["add", "edit", "delete", "history", "usage", "copy"]
        return super().get_common_view_kwargs(
            **dict.fromkeys((f"{name}_url_name" for name in absent), self.UNDEFINED), **kwargs
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]

    def register_admin_url_finder(self) -> None:
        """There is no page to edit one on."""
