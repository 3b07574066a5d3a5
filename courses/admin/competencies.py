"""Competencies and their groups in the staff pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, IntegerField, ManyToManyRel, OuterRef, Subquery
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from courses.admin.proposing import (
    PROPOSE_DELETING,
    REASON_PANEL,
    ProposingDeleteView,
    ProposingMixin,
    SayWhatWaitsMixin,
    SecondReadForm,
)
from courses.models import Competency, CompetencyGroup
from people.searched_lists import SearchedListMixin


def _count_of(relation: ManyToManyRel) -> Subquery:
    through: Any = relation.through
    rows = through.objects.filter(competency=OuterRef("pk")).order_by().values("competency")
    return Subquery(rows.annotate(all=Count("pk")).values("all"), output_field=IntegerField())


class CompetencyListView(SearchedListMixin, generic.IndexView):
    """Every competency, and how often each kind of content names it."""

    default_ordering = "code"

    def get_base_queryset(self) -> Any:
        return Competency.objects.annotate(
            **{f"{each.name}_count": _count_of(each) for each in Competency.uses()}
        )

    @cached_property
    def columns(self) -> list[Column]:
        return [
            self._get_title_column("code"),
            Column("name", label=_("Name"), sort_key="name"),
            *(
                NumberColumn(
                    each.name,
                    label=capfirst(each.related_model._meta.verbose_name_plural),
                    accessor=lambda row, name=f"{each.name}_count": getattr(row, name) or 0,
                )
                for each in Competency.uses()
            ),
        ]


class ProposeNewView(ProposingMixin, generic.CreateView):
    """Proposes something new: it is there when somebody else agreed."""


class ProposeChangeView(SayWhatWaitsMixin, ProposingMixin, generic.EditView):
    """Proposes a change: it takes effect when somebody else agreed."""


class CompetencyViewSet(ModelViewSet):
    model = Competency
    name = "competencies"
    url_prefix = "competencies"
    icon = "pick"
    menu_name = "competencies"
    index_view_class = CompetencyListView
    add_view_class = ProposeNewView
    edit_view_class = ProposeChangeView
    edit_handler = ObjectList(
        [
            FieldPanel("code"),
            FieldPanel("name"),
            FieldPanel("description"),
            FieldPanel("group"),
            InlinePanel(
                "mappings",
                label=gettext_lazy("Outside framework"),
                heading=gettext_lazy("Outside frameworks"),
            ),
            REASON_PANEL,
        ],
        base_form_class=SecondReadForm,
    )
    delete_view_class = ProposingDeleteView
    delete_template_name = PROPOSE_DELETING
    copy_view_enabled = False
    list_per_page = 50
    ordering = "code"
    search_backend_name = "default"


class CompetencyGroupViewSet(ModelViewSet):
    model = CompetencyGroup
    name = "competency-groups"
    url_prefix = "competency-groups"
    icon = "list-ul"
    menu_name = "competency-groups"
    list_display = ["name", "place"]
    add_view_class = ProposeNewView
    edit_view_class = ProposeChangeView
    edit_handler = ObjectList(
        [FieldPanel("name"), FieldPanel("place"), REASON_PANEL], base_form_class=SecondReadForm
    )
    delete_view_class = ProposingDeleteView
    delete_template_name = PROPOSE_DELETING
    copy_view_enabled = False
    ordering = "place"


class TeachingGroup(ViewSetGroup):
    """What trainers teach by beside the pages, in one place of the menu."""

    menu_label = gettext_lazy("Teaching")
    menu_name = "teaching"
    menu_icon = "glasses"
    menu_order = 150
    items = (CompetencyViewSet, CompetencyGroupViewSet)
