"""The learners, in the staff pages: who is on which course, how far, and each person's own page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn, NumberColumn, Table, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from courses.access import (
    course_keys_seen_by,
    courses_seen_by,
    enrolments_seen_by,
    may_see_learners,
)
from courses.learners import (
    LearnerColumn,
    LearnerRow,
    learner_columns,
    learner_rows,
    module_lines,
    quiet,
    rows_of_person,
    with_last_seen,
)
from courses.models import CoursePage, Enrolment, PlaceState
from courses.models.enrolments import EnrolmentQuerySet
from people.act_kinds import ActKind
from people.acts import record_act
from people.http import SignedInRequest
from people.models import User, words_sought
from people.spreadsheets import SpreadsheetMixin
from people.staff_headers import staff_header

TITLE = gettext_lazy("Learners")

PANELS_HOOK = "find_learner_panels"
"""By this hook each app adds to a learner's page: a function that takes the request, the person
and their places, which the reader may see, and returns a list of Wagtail components."""


def seen_courses(request: HttpRequest | None) -> QuerySet[CoursePage]:
    """The courses to choose from: those whose learners the reader sees."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return CoursePage.objects.none()
    return courses_seen_by(user).order_by("title")


class LearnerFilterSet(WagtailFilterSet):
    course = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Course"), queryset=seen_courses, method="of_course"
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=PlaceState.choices, method="in_state"
    )
    seen = django_filters.ChoiceFilter(
        label=gettext_lazy("Last seen"),
        choices=[("quiet", gettext_lazy("Under way, and quiet for two weeks"))],
        method="by_last_seen",
    )

    class Meta:
        model = Enrolment
        fields: list[str] = []

    def of_course(
        self, enrolments: QuerySet[Enrolment], name: str, course: CoursePage
    ) -> QuerySet[Enrolment]:
        return enrolments.filter(course_key=course.translation_key)

    def in_state(self, enrolments: EnrolmentQuerySet, name: str, state: str) -> EnrolmentQuerySet:
        return enrolments.in_state(PlaceState(state), timezone.now())

    def by_last_seen(
        self, enrolments: EnrolmentQuerySet, name: str, choice: str
    ) -> QuerySet[Enrolment]:
        return quiet(enrolments, timezone.now())


class PersonColumn(TitleColumn):
    """The name, which leads to the person, and below it the address."""

    cell_template_name = "courses/admin/person_cell.html"


class HowFarColumn(Column):
    """Steps done of all, in words and as a bar."""

    cell_template_name = "courses/admin/how_far_cell.html"


class LearnersView(SpreadsheetMixin, generic.IndexView):
    """Every learner whom the reader may see, found by name or address."""

    any_permission_required = ["view"]
    default_ordering = "-enrolled_at"
    is_searchable = True
    page_title = TITLE
    export_filename = "learners"

    @cached_property
    def at(self) -> datetime:
        return timezone.now()

    def get_base_queryset(self) -> QuerySet[Enrolment]:
        places = enrolments_seen_by(self.request.user).current().select_related("learner")
        return with_last_seen(places) if self.ordering.endswith("seen_at") else places

    def order_queryset(self, queryset: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        return queryset.order_by(self.ordering, "pk")

    def search_queryset(self, queryset: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        for word in words_sought(self.search_query or ""):
            queryset = queryset.filter(learner__search_words__contains=word)
        return queryset

    @cached_property
    def added_columns(self) -> list[LearnerColumn]:
        return learner_columns()

    @cached_property
    def columns(self) -> list[Column]:
        return [
            PersonColumn("name", label=_("Learner"), get_url=url_of, sort_key="learner__full_name"),
            Column("course", label=_("Course")),
            HowFarColumn("progress", label=_("How far")),
            Column("state", label=_("State"), accessor=lambda row: row.state.label),
            DateColumn("seen_at", label=_("Last seen"), sort_key="seen_at"),
            *(
                NumberColumn(each.name, label=each.label, accessor=counted(each.name))
                for each in self.added_columns
            ),
            DateColumn(
                "enrolled_at",
                label=_("Enrolled"),
                sort_key="enrolled_at",
                accessor=lambda row: row.enrolment.enrolled_at,
            ),
        ]

    def get_table(self, object_list: Iterable[Enrolment]) -> Table:
        return super().get_table(list(learner_rows(object_list, self.at)))

    def sheet_columns(self) -> dict[str, Any]:
        return {
            "name": _("Learner"),
            "email": _("Email"),
            "course": _("Course"),
            "done": _("Steps done"),
            "of": _("Of steps"),
            "state": _("State"),
            "seen_at": _("Last seen"),
            **{each.name: each.label for each in self.added_columns},
            "enrolled_at": _("Enrolled"),
        }

    def sheet_rows(self, objects: Iterable[Enrolment]) -> Iterator[dict[str, Any]]:
        for row in learner_rows(objects, self.at):
            yield {
                "name": row.name,
                "email": row.email,
                "course": row.course,
                "done": row.progress.done_count,
                "of": row.progress.total_count,
                "state": str(row.state.label),
                "seen_at": row.seen_at,
                **row.counts,
                "enrolled_at": row.enrolment.enrolled_at,
            }

    def get_edit_url(self, instance: Any) -> None:
        """The list is read."""

    def get_add_url(self) -> None:
        """People enrol themselves."""


def url_of(row: LearnerRow) -> str:
    return reverse("learners:learner", args=[row.enrolment.learner_id])


def counted(name: str) -> Callable[[LearnerRow], int]:
    """What reads a column of another app from a row."""
    return lambda row: row.counts[name]


@require_safe
def learner(request: SignedInRequest, learner_id: int) -> HttpResponse:
    """One person: each place that the reader may see, how far they are, and what other apps add."""
    if not may_see_learners(request.user):
        raise PermissionDenied
    at = timezone.now()
    seen = enrolments_seen_by(request.user).filter(learner=learner_id)
    rows = rows_of_person(seen, at)
    person = person_seen(request.user, learner_id, rows)
    record_act(ActKind.READ, person, by=request.user, person=person, at=at)
    places = [row.enrolment for row in rows]
    panels: list[Component] = [
        panel for find in hooks.get_hooks(PANELS_HOOK) for panel in find(request, person, places)
    ]
    return render(
        request,
        "courses/admin/learner.html",
        {
            **with_way_back(str(person)),
            "person": person,
            "rows": [(row, module_lines(row.progress)) for row in rows],
            "panels": panels,
        },
    )


def person_seen(user: User, learner_id: int, rows: list[LearnerRow]) -> User:
    """The person of some rows. Without any, whoever sees every learner still finds the person."""
    if rows:
        return rows[0].enrolment.learner
    if course_keys_seen_by(user) is not None:
        raise Http404
    return get_object_or_404(User, pk=learner_id)


def with_way_back(title: str) -> dict[str, Any]:
    """The header of a page about a learner, with the way back to the list."""
    return staff_header(title, "group", (reverse("learners:index"), TITLE))


class LearnerViewSet(ModelViewSet):
    """Learners are read. What may be done for one of them is added by other apps."""

    model = Enrolment
    name = "learners"
    icon = "group"
    menu_label = TITLE
    menu_name = "learners"
    menu_order = 120
    add_to_admin_menu = True
    index_view_class = LearnersView
    filterset_class = LearnerFilterSet
    copy_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
    search_fields = ["learner__full_name"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        absent = ["add", "edit", "delete", "history", "usage", "copy"]
        return super().get_common_view_kwargs(
            **dict.fromkeys((f"{name}_url_name" for name in absent), self.UNDEFINED), **kwargs
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:learner_id>/", learner, name="learner"),
        ]

    def register_admin_url_finder(self) -> None:
        """There is no page to edit one on."""
