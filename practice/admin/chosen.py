"""The page for authors of which replies are chosen."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from practice.admin.pages import with_header
from practice.chosen import FEWEST_LEARNERS, chosen_in
from practice.models import Conversation


@require_safe
def chosen(request: HttpRequest, pk: int) -> HttpResponse:
    """How often each reply was chosen, by those who may change the conversation."""
    if not request.user.has_perm("practice.change_conversation"):
        raise PermissionDenied
    conversation = get_object_or_404(Conversation, pk=pk)
    context = {
        "conversation": conversation,
        "chosen": chosen_in(conversation),
        "fewest": FEWEST_LEARNERS,
    }
    title = _("What is chosen: %(title)s") % {"title": conversation.title}
    return render(request, "practice/admin/chosen.html", with_header(title, context))
