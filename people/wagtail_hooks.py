from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry

from people.act_pages import ActViewSet
from people.acts import record_restored_backup
from people.erasure import erase_again, erased_lines, replay_after_restore
from people.models import User
from people.moments import zone_in_words
from people.restored import (
    ERASE_AGAIN_HOOK,
    ERASED_HOOK,
    RESTORED_HOOK,
    end_every_session,
)
from people.saved_values import CHANGE_ACTION, changes_in_words

hooks.register(RESTORED_HOOK, end_every_session)
hooks.register(RESTORED_HOOK, replay_after_restore)
hooks.register(RESTORED_HOOK, record_restored_backup)
hooks.register(ERASED_HOOK, erased_lines)
hooks.register(ERASE_AGAIN_HOOK, erase_again)


@hooks.register("register_admin_viewset")
def register_the_log() -> ActViewSet:
    return ActViewSet()


@hooks.register("before_bulk_action")
def refuse_to_delete_people(
    request: HttpRequest, action_type: str, objects: list[object], action_class: object
) -> HttpResponse | None:
    """Refuse the bulk action: what a person earned rests on their account."""
    if action_type != "delete" or not any(isinstance(item, User) for item in objects):
        return None
    messages.error(request, _("Accounts are not deleted. Make them inactive instead."))
    return redirect("wagtailusers_users:index")


class ZoneMenuItem(MenuItem):
    """Says on every staff page in which time zone its times are, and leads to where it is set."""

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        item: LinkMenuItem = super().render_component(request)
        item.label = _("Time zone: %(zone)s") % {"zone": zone_in_words()}
        return item


@hooks.register("register_admin_menu_item")
def name_the_time_zone() -> MenuItem:
    url = reverse("wagtailadmin_account")
    return ZoneMenuItem(
        gettext_lazy("Time zone"), url, name="time-zone", icon_name="time", order=100_001
    )


@hooks.register("register_log_actions")
def register_change_action(actions: LogActionRegistry) -> None:
    actions.register_action(CHANGE_ACTION)(ChangeFormatter)


class ChangeFormatter(LogFormatter):
    """Says in the history of a thing which of its values a save changed."""

    label = gettext_lazy("Values changed")

    def format_message(self, log_entry: BaseLogEntry) -> str:
        return changes_in_words(log_entry.data.get("changes", []))
