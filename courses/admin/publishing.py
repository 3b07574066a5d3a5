"""Publishing on the staff pages: several at once, copies, and hours that could not be kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.views.pages.bulk_actions import PublishBulkAction
from wagtail.blocks.base import BlockField
from wagtail.models import Page
from wagtail.permissions import policy_registry

from courses.admin.work import WorkItem
from courses.exceptions import CoursesError, StillInUse
from courses.holds import holds_on
from courses.models import MissedSchedule
from courses.publishing import Publication, publish_each
from people.models import User
from people.moments import moment


def name_refusals(request: HttpRequest, refusals: Iterable[CoursesError]) -> None:
    """Say of each what was not done, and why, with a way to it."""
    finder = AdminURLFinder(request.user)
    for refusal in refusals:
        subject = getattr(refusal, "subject", None)
        url = finder.get_edit_url(subject) if isinstance(subject, Model) else None
        buttons = [messages.button(url, _("Edit"))] if url else []
        messages.error(request, str(refusal), buttons=buttons)


def say_what_waits(request: HttpRequest, publication: Publication) -> None:
    """Say how many are not public yet, because an hour to come is set for them."""
    if number := len(publication.scheduled):
        message = ngettext(
            "%(number)s page will be published at the hour that is set for it.",
            "%(number)s pages will be published, each at the hour that is set for it.",
            number,
        )
        messages.success(request, message % {"number": number})


class PublishSeveral(PublishBulkAction):
    """Publishes those that may be, and names each of the others with its reason.

    What waits for its hour is not counted as published.
    """

    publication: Publication

    def get_execution_context(self) -> dict[str, Any]:
        self.publication = Publication()
        return {**super().get_execution_context(), "publication": self.publication}

    @classmethod
    def execute_action(
        cls,
        objects: list[Page],
        include_descendants: bool = False,
        user: User | None = None,
        publication: Publication | None = None,
        **kwargs: Any,
    ) -> tuple[int, int]:
        chosen = publish_each(objects, by=user)
        below = Publication()
        if include_descendants:
            below = publish_each(_drafts_below(objects, user), by=user)
        if publication is not None:
            publication.scheduled += [*chosen.scheduled, *below.scheduled]
            publication.refused += [*chosen.refused, *below.refused]
        return len(chosen.published), len(below.published)

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        if not num_parent_objects and not num_child_objects:
            return None
        message: str = super().get_success_message(num_parent_objects, num_child_objects)
        return message

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        say_what_waits(self.request, self.publication)
        name_refusals(self.request, self.publication.refused)
        return response


def _drafts_below(pages: Iterable[Page], user: User | None) -> list[Page]:
    """What is not published below some pages, that this person may publish; each once."""
    drafts = {
        draft.pk: draft
        for page in pages
        for draft in page.get_descendants().not_live().specific()
        if user is None or draft.permissions_for_user(user).can_publish()
    }
    return list(drafts.values())


# Copies -------------------------------------------------------------------------------------


def copy_as_drafts(request: HttpRequest, page: Page) -> None:
    """Copies that are to be published are made as drafts first, and then published as all are."""
    if request.method == "POST" and request.POST.get("publish_copies"):
        fields = request.POST.copy()
        del fields["publish_copies"]
        # Wagtail offers no other way to have its view copy without publishing. The stubs know
        # neither that a form may be put in place of another, nor what we note on a request.
        request.POST = fields  # type: ignore[assignment]
        request._publish_copies = not fields.get("alias")  # type: ignore[attr-defined]


def publish_copies(request: HttpRequest, page: Page, new_page: Page) -> None:
    """Publish the copies of what is public, with the words that are public.

    What is only drafted of a page stays a draft of its copy. A copy that may not be published
    stays one, too, and is named.
    """
    if not getattr(request, "_publish_copies", False):
        return
    copies = list(new_page.get_descendants(inclusive=True).order_by("path").specific())
    sources = list(page.get_descendants(inclusive=True).order_by("path"))[: len(copies)]
    pairs = [
        (source, copy)
        for source, copy in zip(sources, copies, strict=False)
        if source.live and copy.permissions_for_user(request.user).can_publish()
    ]
    by: Any = request.user
    # A page that is public is copied as it is public; its newest version holds what is drafted.
    drafted = [copy for source, copy in pairs if source.has_unpublished_changes]
    drafts = [copy.get_latest_revision() for copy in drafted]
    for copy in drafted:
        copy.save_revision(user=by, clean=False)
    publication = publish_each([copy for _source, copy in pairs], by=by)
    for draft in filter(None, drafts):
        draft.as_object().save_revision(user=by, clean=False)
    name_refusals(request, publication.refused)


# Deleting -----------------------------------------------------------------------------------


def leave_out_what_is_in_use(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Of several to be deleted those go on which nothing rests; each of the others is named.

    This is the door of every bulk action there is, and of every address typed by hand.
    """
    if action_type != "delete":
        return None
    in_use = {
        row: holds
        for row in objects
        if not isinstance(row, Page | User) and (holds := holds_on(row))
    }
    name_refusals(request, [StillInUse(row, [hold.what for hold in in_use[row]]) for row in in_use])
    # Wagtail deletes what is left in its own list.
    objects[:] = [row for row in objects if row not in in_use]
    return None if objects else redirect(action.next_url)


# A form of which not all arrived ---------------------------------------------------------------


def refuse_half_a_form(request: HttpRequest, form_class: Any) -> HttpResponse | None:
    """Refuse a form that was sent before the editor had built all its fields in the browser.

    Nothing is saved: what is missing from it would be taken for emptied.
    """
    if request.method != "POST":
        return None
    missing = [
        name
        for name, field in form_class.base_fields.items()
        if isinstance(field, BlockField)
        and field.widget.value_omitted_from_data(request.POST, request.FILES, name)
    ]
    if not missing:
        return None
    message = _(
        "Nothing was saved: the page had not loaded to its end when it was sent. What was saved "
        "before is as it was. Wait until every part of the form is there, and try again."
    )
    if request.headers.get("Accept", "").startswith("application/json"):
        error = {"success": False, "error_code": "validation_error", "error_message": message}
        return JsonResponse(error, status=400)
    messages.error(request, message)
    return redirect(request.get_full_path())


def form_class_of(model: Any) -> Any:
    """The form in which a page or a snippet is edited."""
    if issubclass(model, Page):
        return model.get_edit_handler().get_form_class()
    return model.snippet_viewset.get_form_class()


# Hours that could not be kept ------------------------------------------------------------------


def missed_schedules(user: User) -> list[WorkItem]:
    """What was to be published and could not be: a person's own, or all for who may publish."""
    pages = policy_registry.get_by_type(Page)
    if not pages.user_has_any_permission(user, {"add", "change", "publish"}):
        return []
    publishes = pages.user_has_permission(user, "publish")
    finder = AdminURLFinder(user)
    return [
        WorkItem(
            1,
            missed_in_words(missed),
            finder.get_edit_url(missed.subject) or reverse("wagtailadmin_home"),
            is_urgent=True,
        )
        for missed in MissedSchedule.objects.of_concern_to(user, publishes=publishes)
    ]


def missed_in_words(missed: MissedSchedule) -> str:
    return _("“%(title)s” was to be published on %(due)s, and was not. %(reason)s") % {
        "title": missed.title,
        "due": moment(missed.due_at),
        "reason": missed.reason,
    }


def say_what_was_missed(request: HttpRequest, subject: Any) -> None:
    """On the page where it is edited: that its hour could not be kept, and why."""
    if request.method == "GET":
        for missed in MissedSchedule.objects.about(subject):
            messages.warning(request, missed_in_words(missed))
