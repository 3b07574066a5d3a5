"""What the staff pages do beyond Wagtail's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from lms import __version__
from lms.keeping import what_rests_on
from lms.views import pages
from people.http import SignedInRequest


@hooks.register("before_delete_page")
def keep_what_records_rest_on(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A page that records rest on is not deleted; the editor is told why, and what else to do."""
    if not _refuse(request, page):
        return None
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_bulk_action")
def keep_all_that_records_rest_on(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """Of several pages chosen to be deleted none is, if records rest on one of them."""
    chosen = [one for one in objects if isinstance(one, Page)] if action_type == "delete" else []
    refused = [page for page in chosen if _refuse(request, page)]
    return redirect(action.next_url) if refused else None


def _refuse(request: HttpRequest, page: Page) -> bool:
    reasons = what_rests_on(page)
    if not reasons:
        return False
    said = _(
        "“%(title)s” stays, because records rest on it: %(reasons)s. You can unpublish it "
        "instead: learners no longer see it, and every record is kept."
    ) % {"title": page.get_admin_display_title(), "reasons": "; ".join(reasons)}
    unpublish = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
    buttons = [messages.button(unpublish, _("Unpublish"))] if page.live else []
    messages.error(request, said, buttons=buttons)
    return True


@hooks.register("on_serve_page", order=100)
def show_it_like_any_other(callback: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that its editor restricted shows, to those let in, what it shows without that.

    It comes after Wagtail's own look at the restrictions.
    """

    def serve(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
        if type(page) not in pages.context_of:
            return callback(page, request, args, kwargs)
        return pages.show(request, page)

    return serve


class VersionPanel(Component):
    """Which Peerwork this is, at the foot of Wagtail's first page."""

    name = "version"
    order = 1000

    def render_html(self, parent_context: Any = None) -> str:
        return format_html('<p class="help-block">Peerwork {}</p>', __version__)


@hooks.register("construct_homepage_panels")
def show_version(request: SignedInRequest, panels: list[Any]) -> None:
    if request.user.is_superuser:
        panels.append(VersionPanel())
