from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks

from people.models import User


@hooks.register("before_bulk_action")
def nobody_is_deleted(
    request: HttpRequest, action_type: str, objects: list[object], action_class: object
) -> HttpResponse | None:
    """What a person earned rests on their account, so it is made inactive and never deleted."""
    if action_type != "delete" or not any(isinstance(one, User) for one in objects):
        return None
    messages.error(request, _("Accounts are not deleted. Make them inactive instead."))
    return redirect("wagtailusers_users:index")
