from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry

from people.models import User
from people.saved_values import CHANGE_ACTION, changes_in_words


@hooks.register("before_bulk_action")
def refuse_to_delete_people(
    request: HttpRequest, action_type: str, objects: list[object], action_class: object
) -> HttpResponse | None:
    """Refuse the bulk action: what a person earned rests on their account."""
    if action_type != "delete" or not any(isinstance(item, User) for item in objects):
        return None
    messages.error(request, _("Accounts are not deleted. Make them inactive instead."))
    return redirect("wagtailusers_users:index")


@hooks.register("register_log_actions")
def register_change_action(actions: LogActionRegistry) -> None:
    actions.register_action(CHANGE_ACTION)(ChangeFormatter)


class ChangeFormatter(LogFormatter):
    """Says in the history of a thing which of its values a save changed."""

    label = gettext_lazy("Values changed")

    def format_message(self, log_entry: BaseLogEntry) -> str:
        return changes_in_words(log_entry.data.get("changes", []))
