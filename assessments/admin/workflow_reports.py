"""Wagtail's reports of what was sent to be read, with the questions among it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from wagtail.admin.views.reports.workflows import WorkflowTasksView, WorkflowView


class WithQuestionsMixin:
    """Reads what was sent one by one, each by its own kind.

    Wagtail reads them at once, by the model that all kinds of question have in common. It then
    finds a question of some kind where it looks for one of no kind, and leaves it out.
    """

    def get_queryset(self) -> QuerySet[Any]:
        queryset: QuerySet[Any] = super().get_queryset()  # type: ignore[misc]  # a report’s
        return queryset.prefetch_related(None)


class WorkflowReport(WithQuestionsMixin, WorkflowView):
    pass


class WorkflowTasksReport(WithQuestionsMixin, WorkflowTasksView):
    pass
