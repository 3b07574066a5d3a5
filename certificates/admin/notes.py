"""Notes about credentials, in the staff pages: writing one, and what is to be looked at again."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from certificates.access import may_change_standing, may_see_credentials
from certificates.admin.forms import NoteForm
from certificates.admin.pages import get_credential, render_staff_page
from certificates.exceptions import CannotBeDone, DayIsOver
from certificates.models import Credential, CredentialNote
from certificates.noting import write_note
from people.http import SignedInRequest

PER_PAGE = 50
TITLE = gettext_lazy("To look at on a day")


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Every suspension and note with a day on which to look again, the first day first."""
    if not may_see_credentials(request.user):
        raise PermissionDenied
    notes = CredentialNote.objects.to_look_at().select_related("credential", "written_by")
    page = Paginator(notes, PER_PAGE).get_page(request.GET.get("p"))
    context = {"page_obj": page, "today": timezone.localdate()}
    return render_staff_page(request, "certificates/admin/notes.html", str(TITLE), context)


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: SignedInRequest, credential_id: UUID) -> HttpResponse:
    """Write a note about a credential."""
    credential = get_credential(request, credential_id)
    if not may_change_standing(request.user):
        raise PermissionDenied
    form = NoteForm(request.POST or None)
    if form.is_bound and form.is_valid() and _is_written(request, credential, form):
        return redirect("credentials:inspect", credential.pk)
    return render_staff_page(
        request,
        "certificates/admin/note.html",
        _("Note: %(number)s") % {"number": credential.number},
        {"credential": credential, "form": form},
        status=422 if form.is_bound else 200,
    )


def _is_written(request: SignedInRequest, credential: Credential, form: NoteForm) -> bool:
    try:
        write_note(credential, by=request.user, at=timezone.now(), **form.cleaned_data)
    except DayIsOver as problem:
        form.add_error("look_again_on", str(problem))
    except CannotBeDone as problem:
        form.add_error(None, str(problem))
    else:
        messages.success(request, _("Your note is kept."))
        return True
    return False


app_name = "credential_notes"
urlpatterns: list[URLPattern] = [path("", index, name="index")]
