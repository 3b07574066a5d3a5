from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks

from people.models import User


@hooks.register("before_bulk_action")
def refuse_to_delete_people(
    request: HttpRequest, action_type: str, objects: list[object], action_class: object
) -> HttpResponse | None:
    """Refuse the bulk action: what a person earned rests on their account."""
    if action_type != "delete" or not any(isinstance(item, User) for item in objects):
        return None
    messages.error(request, _("Accounts are not deleted. Make them inactive instead."))
    return redirect("wagtailusers_users:index")
