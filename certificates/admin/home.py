"""The registrars' panel on the first of the staff pages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from certificates.access import may_change_standing, may_issue, may_see_awards
from certificates.models import Issuer


class HomePanel(Component):
    """Shortcuts to what registrars do most."""

    name = "certificates"
    template_name = "certificates/admin/home_panel.html"
    order = 120

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        user = parent_context["request"].user
        shortcuts = [
            {
                "title": _("Find a credential"),
                "text": _("By number, name or address; suspend, restore, revoke"),
                "url": reverse("credentials:index"),
                "icon": "doc-full",
            }
        ]
        if may_issue(user):
            shortcuts.append(
                {
                    "title": _("Issue by hand"),
                    "text": _("For what was shown outside this site"),
                    "url": reverse("credentials:issue"),
                    "icon": "plus-inverse",
                }
            )
            shortcuts.append(
                {
                    "title": _("Issue to many"),
                    "text": _("From a table of people, CSV or XLSX"),
                    "url": reverse("bulk_issues:index"),
                    "icon": "group",
                }
            )
        if may_change_standing(user):
            shortcuts.append(
                {
                    "title": _("Change many"),
                    "text": _("Suspend, restore, revoke or renew for one reason"),
                    "url": reverse("bulk_changes:index"),
                    "icon": "list-ul",
                }
            )
        if may_see_awards(user):
            shortcuts.append(
                {
                    "title": _("Awards"),
                    "text": _("What can be earned, and what each asks"),
                    "url": reverse("awards:index"),
                    "icon": "pick",
                }
            )
        return {
            "shortcuts": shortcuts,
            "without_address": list(Issuer.objects.filter(email="")),
        }
