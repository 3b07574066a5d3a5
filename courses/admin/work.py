"""What waits for somebody, at the front of the staff pages. Each app says its own by a hook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.ui.components import Component
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.permissions import policy_registry

from courses.access import enrolments_seen_by, may_see_learners
from courses.learners import quiet
from people.models import User

WORK_HOOK = "find_work"
"""By this hook each app says what waits: a function that takes the person and returns a list of
`WorkItem`. What there is none of is left out."""


@dataclass(frozen=True)
class WorkItem:
    """How many of something wait, in a sentence, and where they are. `is_urgent` come first."""

    count: int
    text: str
    url: str
    is_urgent: bool = False


def work_for(user: User) -> list[WorkItem]:
    """What waits for a person, of all apps: what is urgent first."""
    finders: list[Callable[[User], list[WorkItem]]] = hooks.get_hooks(WORK_HOOK)
    items = [item for find in finders for item in find(user) if item.count]
    return sorted(items, key=lambda item: not item.is_urgent)


class WorkPanel(Component):
    """What waits for this person. It is shown when nothing does, and says so."""

    name = "work"
    template_name = "courses/admin/work_panel.html"
    order = 40

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"items": work_for(parent_context["request"].user)}


def drafts_and_learners(user: User) -> list[WorkItem]:
    """Drafts to read, one's own that wait or came back, and learners who may be glad of a word."""
    return [*_drafts(user), *_learners(user)]


def _drafts(user: User) -> list[WorkItem]:
    pages = policy_registry.get_by_type(Page)
    if not pages.user_has_any_permission(user, {"add", "change", "publish"}):
        return []
    waiting = TaskState.objects.reviewable_by(user).count()
    own = WorkflowState.objects.filter(requested_by=user)
    sent = own.filter(status=WorkflowState.STATUS_IN_PROGRESS).count()
    reports = reverse("wagtailadmin_reports:workflow")
    return [
        WorkItem(
            waiting,
            ngettext(
                "%(count)s draft waits for you to read it",
                "%(count)s drafts wait for you to read them",
                waiting,
            )
            % {"count": waiting},
            f"{reports}?reviewable=true",
        ),
        WorkItem(
            sent,
            ngettext(
                "%(count)s draft of yours waits for a lead trainer",
                "%(count)s drafts of yours wait for a lead trainer",
                sent,
            )
            % {"count": sent},
            f"{reports}?requested_by={user.pk}&status={WorkflowState.STATUS_IN_PROGRESS}",
        ),
        _came_back(user, list(own.filter(status=WorkflowState.STATUS_NEEDS_CHANGES))),
    ]


def _came_back(user: User, states: list[WorkflowState]) -> WorkItem:
    """A single draft leads to its own editor, several to the report that lists them."""
    count = len(states)
    url = AdminURLFinder(user).get_edit_url(states[0].content_object) if count == 1 else None
    status = WorkflowState.STATUS_NEEDS_CHANGES
    report = f"{reverse('wagtailadmin_reports:workflow')}?requested_by={user.pk}&status={status}"
    return WorkItem(
        count,
        ngettext(
            "%(count)s draft of yours came back with a word",
            "%(count)s drafts of yours came back with a word",
            count,
        )
        % {"count": count},
        url or report,
    )


def _learners(user: User) -> list[WorkItem]:
    if not may_see_learners(user):
        return []
    count = quiet(enrolments_seen_by(user), timezone.now()).count()
    return [
        WorkItem(
            count,
            ngettext(
                "%(count)s learner is under way and was not seen for two weeks",
                "%(count)s learners are under way and were not seen for two weeks",
                count,
            )
            % {"count": count},
            f"{reverse('learners:index')}?seen=quiet",
        )
    ]
