"""The letters that could not be sent, in the staff pages: a list, and a way to send one again."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from certificates.access import may_see_letters, may_send_letters
from certificates.admin.pages import render_staff_page
from people.http import SignedInRequest
from people.models import Letter
from people.posting import send_again

PER_PAGE = 50
TITLE = gettext_lazy("Letters that could not be sent")


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Every letter that was given up, the newest first, and how many are still being tried."""
    if not may_see_letters(request.user):
        raise PermissionDenied
    letters = Letter.objects.given_up().select_related("person").order_by("-given_up_at", "pk")
    context = {
        "page_obj": Paginator(letters, PER_PAGE).get_page(request.GET.get("p")),
        "may_send": may_send_letters(request.user),
        "trying": Letter.objects.still_tried().count(),
    }
    return render_staff_page(request, "certificates/admin/letters.html", str(TITLE), context)


@require_POST
def again(request: SignedInRequest, letter_id: int) -> HttpResponse:
    """Have one of them tried anew."""
    if not may_send_letters(request.user):
        raise PermissionDenied
    if send_again(letter_id, at=timezone.now()):
        messages.success(request, _("It is tried again within a minute."))
    else:
        messages.info(request, _("That letter does not wait any more."))
    return redirect("letters:index")


app_name = "letters"
urlpatterns: list[URLPattern] = [
    path("", index, name="index"),
    path("<int:letter_id>/again/", again, name="again"),
]
