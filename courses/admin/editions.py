"""Declaring an edition of a course, in the staff pages: look first, then do it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.widgets import AdminAutoHeightTextInput

from courses.access import may_declare
from courses.declarations import DeclaredStep
from courses.declaring import Proposal, affected_by, declare_edition, propose, refuse
from courses.editions import cached
from courses.exceptions import CannotDeclare, StepsAreDown
from courses.models import CourseEdition, CoursePage, Edition
from people.http import SignedInRequest
from people.models import User
from people.staff_headers import staff_header

TITLE = gettext_lazy("Declare an edition")


class DeclareForm(forms.Form):
    """The decision, below what it changes and whom it touches."""

    leave_out = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Leave out of the new edition"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "These are in the edition in force and are not published now. Tick what is no longer "
            "part of the course; publish the others again first."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy("Kept with your name. Learners do not read it."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, down: Iterable[DeclaredStep], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(step.key), step.title) for step in down]
        if choices:
            # The stubs say Field of every field; this one has choices.
            self.fields["leave_out"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["leave_out"]


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: SignedInRequest, course_id: int) -> HttpResponse:
    """What would be declared of a course, what that changes and for whom; and do it."""
    course = get_object_or_404(CoursePage, pk=course_id)
    if not may_declare(request.user, course):
        raise PermissionDenied
    proposal = propose(course)
    form = DeclareForm(request.POST or None, down=proposal.down)
    if request.method == "POST" and form.is_valid():
        try:
            edition = declare_edition(
                course,
                by=request.user,
                reason=form.cleaned_data["reason"],
                leave_out=form.cleaned_data.get("leave_out", ()),
                stamp=form.cleaned_data["seen"],
                at=timezone.now(),
            )
        except CannotDeclare as refusal:
            form.add_error(None, str(refusal))
        else:
            text = _("Edition %(number)s of “%(course)s” is in force.")
            messages.success(request, text % {"number": edition.number, "course": course.title})
            return redirect("editions:declare", course.pk)
    return _show(request, proposal, form)


def _show(request: SignedInRequest, proposal: Proposal, form: DeclareForm) -> HttpResponse:
    """Whatever was sent, what is shown now is what is decided on."""
    course = proposal.course
    if form.is_bound:
        sent = MultiValueDict(form.data)
        sent["seen"] = proposal.stamp
        form.data = sent
    else:
        form.initial["seen"] = proposal.stamp
    history = CourseEdition.objects.filter(course_key=course.translation_key)
    return render(
        request,
        "courses/admin/declare.html",
        {
            **staff_header(TITLE, "doc-full-inverse", _way_back_to(course)),
            "course": course,
            "proposal": proposal,
            "refusal": _refusal(proposal),
            "changes": proposal.changes if proposal.differs else [],
            "affected": affected_by(proposal) if proposal.differs else None,
            "form": form,
            "history": history.select_related("declared_by").order_by("-number"),
        },
        status=422 if form.is_bound else 200,
    )


def _way_back_to(course: CoursePage) -> tuple[str, str]:
    edit_url = reverse("wagtailadmin_pages:edit", args=[course.pk])
    return edit_url, course.get_admin_display_title()


def _refusal(proposal: Proposal) -> str:
    """Why it cannot be declared as things stand; nothing where it can be, perhaps with a tick."""
    try:
        refuse(proposal)
    except StepsAreDown:
        return ""
    except CannotDeclare as refusal:
        return str(refusal)
    return ""


# On the page of the course itself -------------------------------------------------------------


def edition_status(user: User, course: CoursePage) -> dict[str, Any]:
    """Which edition of a course is in force, and whether its live pages differ from it."""
    number, differs = cached(
        Edition.current(), ("edition_status", course.pk), lambda: _read_status(course)
    )
    may = may_declare(user, course)
    return {
        "number": number,
        "differs": differs,
        "declare_url": reverse("editions:declare", args=[course.pk]) if may else "",
    }


def _read_status(course: CoursePage) -> tuple[int, bool]:
    proposal = propose(CoursePage.objects.get(pk=course.pk))
    in_force = proposal.in_force
    return in_force.number if in_force else 0, proposal.differs or bool(proposal.down)


app_name = "editions"
urlpatterns: list[URLPattern] = [path("<int:course_id>/", declare, name="declare")]
