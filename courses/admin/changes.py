"""Proposed changes in the staff pages: those that wait, and one of them beside what is there now."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Count, Q, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import AdminAutoHeightTextInput

from courses.access import changes_seen_by, has_reader_but, kinds_read_by
from courses.admin.proposing import REASON_LENGTH
from courses.admin.work import WorkItem
from courses.exceptions import CoursesError
from courses.models import ProposedChange, SecondReadModel
from courses.proposed_values import lines_of, subject_of
from courses.proposing import agree, is_stale, send_back, withdraw
from people.http import SignedInRequest
from people.models import User
from people.staff_headers import staff_header

TITLE = gettext_lazy("Proposed changes")
PER_PAGE = 50

CHANGE_RESTS_HOOK = "find_what_rests_on_a_change"
"""By this hook each app says what rests on something that somebody would change: a function that
takes the thing as it is, and returns sentences."""

State = ProposedChange.State


class ReadForm(forms.Form):
    """What the reader decides: one of two buttons. Words are asked for to send it back."""

    AGREE, SEND_BACK, WITHDRAW = "agree", "send_back", "withdraw"

    decision = forms.ChoiceField(
        choices=[(AGREE, AGREE), (SEND_BACK, SEND_BACK), (WITHDRAW, WITHDRAW)]
    )
    words = forms.CharField(
        label=gettext_lazy("What you say about it"),
        max_length=REASON_LENGTH,
        required=False,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy("Needed to send it back. Whoever proposed it reads it."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == self.SEND_BACK and not cleaned.get("words"):
            self.add_error("words", _("Please say what should be otherwise."))
        return cleaned


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """What was proposed of all that this person may change: what waits first."""
    if not kinds_read_by(request.user):
        raise PermissionDenied
    waiting_first = Case(
        When(state=State.WAITING, then=Value(0)),
        When(state=State.SENT_BACK, then=Value(1)),
        default=Value(2),
    )
    changes = changes_seen_by(request.user).select_related("proposed_by", "decided_by")
    ordered = changes.order_by(waiting_first, "-proposed_at", "-pk")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("p"))
    context = {"page_obj": page, "has_second_reader": settings.SECOND_READER}
    return render(request, "courses/admin/changes.html", _context(TITLE, context))


@require_http_methods(["GET", "HEAD", "POST"])
def read(request: SignedInRequest, change_id: int) -> HttpResponse:
    """One change beside what is there now, what rests on it, and what is decided about it."""
    if not kinds_read_by(request.user):
        raise PermissionDenied
    changes = changes_seen_by(request.user).select_related("proposed_by", "decided_by")
    change = get_object_or_404(changes, pk=change_id)
    form = ReadForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _decided(request, change, form):
        return redirect("changes:change", change.pk)
    subject = subject_of(change)
    is_own = change.proposed_by_id == request.user.pk
    context = {
        "change": change,
        "lines": lines_of(change),
        "rests": what_rests_on(subject) if subject and change.is_waiting else [],
        "subject_url": _subject_url(subject),
        "is_stale": change.is_waiting and is_stale(change),
        "is_own": is_own,
        "may_agree": change.is_waiting and (not is_own or not settings.SECOND_READER),
        "may_send_back": change.is_waiting and not is_own,
        "may_withdraw": is_own and change.state in {State.WAITING, State.SENT_BACK},
        "has_readers": not is_own
        or not change.is_waiting
        or has_reader_but(change.proposed_by_id, change.kind),
        "form": form,
    }
    return render(
        request,
        "courses/admin/change.html",
        _context(change.name, context),
        status=422 if form.is_bound else 200,
    )


def _decided(request: SignedInRequest, change: ProposedChange, form: ReadForm) -> bool:
    acts: dict[str, tuple[Callable[..., None], str]] = {
        ReadForm.AGREE: (agree, _("You agreed, and it is in effect.")),
        ReadForm.SEND_BACK: (send_back, _("You sent it back.")),
        ReadForm.WITHDRAW: (withdraw, _("You withdrew it. Nothing was changed.")),
    }
    decision = form.cleaned_data["decision"]
    verb, sentence = acts[decision]
    words = {"words": form.cleaned_data["words"]} if decision == ReadForm.SEND_BACK else {}
    try:
        verb(change, by=request.user, at=timezone.now(), **words)
    except CoursesError as refusal:
        form.add_error(None, str(refusal))
        change.refresh_from_db()
        return False
    messages.success(request, sentence)
    return True


def what_rests_on(subject: SecondReadModel) -> list[str]:
    """What rests on something that would be changed, in sentences of all apps."""
    finders: list[Callable[[SecondReadModel], list[str]]] = hooks.get_hooks(CHANGE_RESTS_HOOK)
    return list(chain.from_iterable(find(subject) for find in finders))


def _subject_url(subject: SecondReadModel | None) -> str:
    if subject is None or not subject.edit_url_name:
        return ""
    return reverse(subject.edit_url_name, args=[subject.pk])


def _context(title: Any, context: dict[str, Any]) -> dict[str, Any]:
    return staff_header(title, "resubmit", (reverse("changes:index"), TITLE)) | context


# What waits ---------------------------------------------------------------------------------


def changes_to_read(user: User) -> list[WorkItem]:
    """What others proposed and this person may decide about, and what was sent back to them.

    One query; none for whoever may change none of it.
    """
    if not kinds_read_by(user):
        return []
    is_own = Q(proposed_by=user)
    counts = changes_seen_by(user).aggregate(
        waiting=Count("pk", filter=Q(state=State.WAITING) & ~is_own),
        returned=Count("pk", filter=Q(state=State.SENT_BACK) & is_own),
    )
    waiting, returned = counts["waiting"], counts["returned"]
    url = reverse("changes:index")
    return [
        WorkItem(
            waiting,
            ngettext(
                "%(count)s proposed change waits for you to read it",
                "%(count)s proposed changes wait for you to read them",
                waiting,
            )
            % {"count": waiting},
            url,
        ),
        WorkItem(
            returned,
            ngettext(
                "%(count)s change that you proposed was sent back",
                "%(count)s changes that you proposed were sent back",
                returned,
            )
            % {"count": returned},
            url,
        ),
    ]


class ChangesMenuItem(MenuItem):
    """What was proposed, for those who may change any of it."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return bool(kinds_read_by(request.user))


def changes_menu_item() -> MenuItem:
    return ChangesMenuItem(
        TITLE, reverse("changes:index"), name="proposed-changes", icon_name="resubmit", order=173
    )


app_name = "changes"
urlpatterns: list[URLPattern] = [
    path("", index, name="index"),
    path("<int:change_id>/", read, name="change"),
]
