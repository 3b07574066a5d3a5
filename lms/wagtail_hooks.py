"""What the staff pages do beyond Wagtail's own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from courses.admin.work import WORK_HOOK, WorkItem
from courses.editions import edition_for
from courses.models import CoursePage
from courses.models.steps import PAGE_CONTEXT_HOOK
from courses.outlines import outline_around
from courses.page_context import course_cards
from courses.privacy import closed_in
from lms import __version__
from lms.earning import AwardLine, awards_with
from lms.going_on import next_place
from lms.keeping_times import keeping_times
from lms.models import HomePage, SiteSettings
from lms.page_records import records_on
from lms.sharing import shared_by_a_copy
from people.http import SignedInRequest
from people.letters import CONTACT_HOOK
from people.models import SetAsideForm, User
from people.page_parts import PARTS_HOOK


@hooks.register(PARTS_HOOK)
def parts_of_pages() -> dict[str, list[str]]:
    """A module to take along, on paper or on a phone; the transcript beside a certificate."""
    return {
        "courses/module_page.html": [
            "lms/workbook/_link.html",
            "lms/offline/_on_this_phone.html",
            "lms/offline/_waiting.html",
        ],
        "certificates/held.html": ["lms/_to_the_transcript.html"],
    }


@hooks.register("before_delete_page")
def refuse_deleting_a_page_with_records(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A page that records rest on is not deleted; the editor is told why, and what else to do."""
    if not _refuse(request, page):
        return None
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_bulk_action")
def leave_out_pages_with_records(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Of several pages to be deleted those go on which no record rests; the others are named."""
    if action_type != "delete":
        return None
    refused = [page for page in objects if isinstance(page, Page) and _refuse(request, page)]
    # Wagtail deletes what is left in its own list.
    objects[:] = [row for row in objects if row not in refused]
    return redirect(action.next_url) if refused and not objects else None


def _refuse(request: HttpRequest, page: Page) -> bool:
    reasons = records_on(page)
    if not reasons:
        return False
    message = _(
        "“%(title)s” stays, because records rest on it: %(reasons)s. You can unpublish it "
        "instead: learners no longer see it, and every record is kept."
    ) % {"title": page.get_admin_display_title(), "reasons": "; ".join(reasons)}
    unpublish = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
    buttons = [messages.button(unpublish, _("Unpublish"))] if page.live else []
    messages.error(request, message, buttons=buttons)
    return True


@hooks.register("after_copy_page")
def say_what_the_copy_shares(request: HttpRequest, page: Page, new_page: Page) -> None:
    """After copying, what the copy shares with its page, so far as it was copied."""
    is_whole = bool(new_page.get_children().exists())
    shared = shared_by_a_copy(page, with_pages_below=is_whole)
    if not shared:
        return
    words = _("What “%(title)s” shares with its original, and what not:") % {
        # What Wagtail hands over may still have the title of its original.
        "title": Page.objects.get(pk=new_page.pk).get_admin_display_title()
    }
    lines = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in shared))
    messages.info(request, format_html('{}<ul class="shared">{}</ul>', words, lines))


@hooks.register(WORK_HOOK)
def words_set_aside(user: User) -> list[WorkItem]:
    """What somebody typed that could not be saved at the time, and waits for them."""
    count = SetAsideForm.objects.filter(owner=user).count()
    words = ngettext(
        "%(count)s thing that you sent could not be saved at the time, and is kept for you",
        "%(count)s things that you sent could not be saved at the time, and are kept for you",
        count,
    )
    url = reverse("account_set_aside")
    return [WorkItem(count, words % {"count": count}, url, is_urgent=True)]


@hooks.register(PAGE_CONTEXT_HOOK)
def site_page_context(request: HttpRequest, page: Page) -> dict[str, Any]:
    """The courses on the front page, and what can be earned on the page of a course."""
    if isinstance(page, HomePage):
        return {"courses": course_cards(request, within=page), **next_place(request)}
    if isinstance(page, CoursePage) and not getattr(request, "is_preview", False):
        return {"awards": awards_open_to(request, page)}
    return keeping_times(page)


def awards_open_to(request: HttpRequest, course: CoursePage) -> list[AwardLine]:
    """What can be earned with a course, with links to what this reader is let in to."""
    edition = edition_for(request)
    awards = awards_with(course, request.user, edition)
    outline = outline_around(course, edition)
    if outline is None:
        return awards
    return [award.as_open_in(closed_in(request, outline)) for award in awards]


@hooks.register(CONTACT_HOOK)
def site_contact_address() -> str:
    """The address for questions that the settings of the site name."""
    addresses = SiteSettings.objects.filter(site__is_default_site=True)
    return addresses.values_list("contact_email", flat=True).first() or ""


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


@hooks.register("register_admin_menu_item")
def link_to_help_lines() -> MenuItem:
    """Staff pages are led by the work; whom to call is the last thing in the menu."""
    return MenuItem(
        gettext_lazy("Help lines"),
        reverse("help"),
        name="help-lines",
        icon_name="help",
        order=100_000,
    )
