"""Which translations are behind what they were made from, and who has read them over."""

from __future__ import annotations

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.permissions import policy_registry

from courses.admin.work import WorkItem
from courses.models import PageTranslation
from courses.translating import (
    TranslationState,
    confirm_translation,
    possibly_behind,
    states_of_translations,
)
from people.http import SignedInRequest
from people.models import User
from people.staff_headers import staff_header

TITLE = gettext_lazy("Translations")


class TranslationReviewForm(forms.Form):
    """What somebody says of a translation that they have looked at."""

    says_the_same = forms.BooleanField(
        label=gettext_lazy("It says what the page that it translates says now"), required=False
    )
    reviewed_by = forms.CharField(
        label=gettext_lazy("Who has reviewed the translation"),
        max_length=200,
        required=False,
        help_text=PageTranslation._meta.get_field("reviewed_by").help_text,
    )


def may_see_translations(user: User) -> bool:
    """Whether this person writes pages, and so sees which translations are behind."""
    pages = policy_registry.get_by_type(Page)
    return bool(pages.user_has_any_permission(user, {"add", "change", "publish"}))


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Every translation on record, those that are behind first. Constant queries."""
    if not may_see_translations(request.user):
        raise PermissionDenied
    records = PageTranslation.objects.select_related("page__locale", "source__locale")
    states = states_of_translations(records.order_by("page__locale", "page__path"))
    states.sort(key=lambda state: not state.is_behind)
    context = {
        **staff_header(TITLE, "globe"),
        "states": states,
    }
    return render(request, "courses/admin/translations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def translation(request: SignedInRequest, translation_id: int) -> HttpResponse:
    """A translation beside its source, for whoever writes pages; and what is said of it by those
    who may publish it."""
    records = PageTranslation.objects.select_related("page__locale", "source__locale")
    record = get_object_or_404(records, pk=translation_id)
    may_say = record.page.permissions_for_user(request.user).can_publish()
    if not may_see_translations(request.user) or (request.method == "POST" and not may_say):
        raise PermissionDenied
    form = TranslationReviewForm(request.POST or None, initial={"reviewed_by": record.reviewed_by})
    if request.method == "POST" and form.is_valid():
        confirm_translation(record, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("translations:index")
    [state] = states_of_translations([record])
    title = record.page.get_admin_display_title()
    context = {
        **staff_header(title, "globe", (reverse("translations:index"), TITLE)),
        "state": state,
        "compare_url": compare_url(state),
        "may_edit": record.page.permissions_for_user(request.user).can_edit(),
        "form": form if may_say else None,
    }
    return render(request, "courses/admin/translation.html", context)


def compare_url(state: TranslationState) -> str:
    """Where to see what changed in the source; nothing where there is nothing to compare."""
    source, before = state.source, state.record.source_revision_id
    if not state.is_behind or source is None or before is None:
        return ""
    names = [source.pk, before, source.live_revision_id]
    return reverse("wagtailadmin_pages:revisions_compare", args=names)


def say_of_translations(request: HttpRequest, page: Page) -> None:
    """Tell whoever opens a page in the editor which translation is behind, its own or of it."""
    if request.method != "GET":
        return
    records = PageTranslation.objects.filter(Q(page=page.pk) | Q(source=page.pk))
    for state in states_of_translations(records.select_related("page__locale", "source__locale")):
        text = _what_to_say(state, page)
        if text:
            url = reverse("translations:translation", args=[state.record.pk])
            button = messages.button(url, _("Look at it"))
            messages.warning(request, format_html("{}", text), buttons=[button])


def _what_to_say(state: TranslationState, page: Page) -> str:
    is_own = state.page.pk == page.pk
    other = state.source if is_own else state.page
    names = {
        "title": other.get_admin_display_title() if other else "",
        "language": other.locale.get_display_name() if other else "",
    }
    if state.is_behind and is_own:
        return _("“%(title)s” (%(language)s) has changed since this was translated.") % names
    if state.is_behind:
        return (
            _("“%(title)s” (%(language)s) still translates an earlier version of this page.")
            % names
        )
    if is_own and state.record.awaits_review:
        return _("A program translated this page. Nobody has reviewed the translation yet.")
    return ""


def translations_behind(user: User) -> list[WorkItem]:
    """How many translations are behind, for whoever writes pages."""
    if not may_see_translations(user):
        return []
    records = possibly_behind().select_related("source")
    count = sum(state.is_behind for state in states_of_translations(records))
    text = ngettext(
        "%(count)s translation says what its page said before",
        "%(count)s translations say what their pages said before",
        count,
    ) % {"count": count}
    return [WorkItem(count, text, reverse("translations:index"))]


app_name = "translations"
urlpatterns: list[URLPattern] = [
    path("", index, name="index"),
    path("<int:translation_id>/", translation, name="translation"),
]
