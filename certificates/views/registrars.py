"""The registrars' side, in the staff pages: reading the register, issuing, changing a standing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError, Q, QuerySet
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.rich_text import expand_db_html

from certificates.access import (
    may_change_standing,
    may_issue,
    may_see_awards,
    may_see_credentials,
)
from certificates.dates import in_hours, in_words
from certificates.exceptions import CannotBeDone
from certificates.forms import IssueByHandForm, ReasonForm
from certificates.issuing import (
    issue_by_hand,
    restore,
    revoke,
    suspend,
    try_the_certificate_again,
    why_not,
)
from certificates.models import Award, Credential, CredentialEvent
from certificates.numbers import Mistyped, as_typed_plainly, code_in
from certificates.standing import Standing, standing_of
from people.http import SignedInRequest

SHORTEST_PART = 3
"""How much of a number must be typed before parts of numbers are looked for."""


def standing_now(credential: Credential) -> str:
    return str(standing_of(credential, at=timezone.now()).label)


def issued_on(credential: Credential) -> str:
    return in_words(credential.issued_on)


class CredentialFilterSet(WagtailFilterSet):
    standing = django_filters.ChoiceFilter(
        label=gettext_lazy("Standing"), choices=Standing.choices, method="having"
    )
    award = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Award"), queryset=Award.objects.all()
    )
    certificate = django_filters.ChoiceFilter(
        label=gettext_lazy("Certificate"),
        choices=[("not_made", gettext_lazy("Could not be made"))],
        method="with_certificate",
    )

    class Meta:
        model = Credential
        fields: list[str] = []

    def having(
        self, credentials: QuerySet[Credential], name: str, standing: str
    ) -> QuerySet[Credential]:
        return credentials.standing_as(Standing(standing), at=timezone.now())  # type: ignore[attr-defined]

    def with_certificate(
        self, credentials: QuerySet[Credential], name: str, how: str
    ) -> QuerySet[Credential]:
        return credentials.could_not_be_made()  # type: ignore[attr-defined]


class Register(generic.IndexView):
    """Every credential, found by its number in any typing, by name or by address."""

    any_permission_required = ["view"]
    filterset_class = CredentialFilterSet
    default_ordering = "-issued_at"
    is_searchable = True

    def get_base_queryset(self) -> QuerySet[Credential]:
        return Credential.objects.with_standing().select_related("holder")

    @cached_property
    def columns(self) -> list[Column]:
        title = self._get_title_column_class(TitleColumn)
        return [
            title("number", label=_("Number"), get_url=self.get_inspect_url),
            Column("name", label=_("Name as printed"), sort_key="name"),
            Column("award_name", label=_("Award"), sort_key="award_name"),
            Column("issued", label=_("Issued"), sort_key="issued_at", accessor=issued_on),
            StatusTagColumn("standing", label=_("Standing"), accessor=standing_now),
        ]

    def search_queryset(self, queryset: QuerySet[Credential]) -> QuerySet[Credential]:
        typed = self.search_query
        if not typed:
            return queryset
        try:
            return queryset.filter(code=code_in(typed))
        except Mistyped:
            return queryset.alias(symbols=Concat("prefix", "code")).filter(_mentions(typed))

    def get_edit_url(self, instance: Credential) -> None:
        """A credential is never edited."""

    def get_add_url(self) -> str | None:
        return reverse("credentials:issue") if may_issue(self.request.user) else None

    @property
    def add_item_label(self) -> str:
        return _("Issue by hand")


def _mentions(typed: str) -> Q:
    """Credentials that each of the typed words fits: a name, an address or part of a number.

    Asked of credentials that know their `symbols`: prefix and code together.
    """
    fits = Q()
    for word in as_typed_plainly(typed).split()[:10]:
        fits_word = (
            Q(name__icontains=word)
            | Q(holder__full_name__icontains=word)
            | Q(holder__email__icontains=word)
        )
        part = "".join(filter(str.isalnum, word)).upper()
        if len(part) >= SHORTEST_PART:
            fits_word |= Q(symbols__contains=part)
        fits &= fits_word
    return fits


class AtHome(Component):
    """What a registrar comes for, on the first of the staff pages."""

    name = "certificates"
    template_name = "certificates/registrars/at_home.html"
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
            "not_made": Credential.objects.could_not_be_made().count(),
        }


# One credential --------------------------------------------------------------------------------


def record(request: SignedInRequest, credential_id: UUID) -> HttpResponse:
    """All that was frozen when a credential was issued, and all that became of it since."""
    credential = _find(request, credential_id)
    events = list(credential.events.select_related("actor"))
    standing = standing_of(credential, at=timezone.now())
    return _page(
        request,
        "certificates/registrars/record.html",
        credential.number,
        {
            "credential": credential,
            "issued_on": in_words(credential.issued_on),
            "expires_on": in_words(credential.expires_on) if credential.expires_on else "",
            "hours": in_hours(credential.minutes),
            "by_domain": [
                (one["domain"], in_hours(one["minutes"])) for one in credential.minutes_by_domain
            ],
            "events": events,
            "standing": standing,
            "changes": _possible(events) if may_change_standing(request.user) else [],
            "may_change": may_change_standing(request.user),
        },
    )


CHANGES: dict[str, dict[str, Any]] = {
    "suspend": {
        "verb": suspend,
        "kind": CredentialEvent.Kind.SUSPENDED,
        "label": gettext_lazy("Suspend"),
        "effect": gettext_lazy(
            "From this moment everybody who checks the credential is told that it is suspended "
            "and may not be relied on. You can restore it later."
        ),
        "done": gettext_lazy("%(number)s is suspended."),
    },
    "restore": {
        "verb": restore,
        "kind": CredentialEvent.Kind.RESTORED,
        "label": gettext_lazy("Restore"),
        "effect": gettext_lazy(
            "The suspension ends. From this moment the credential stands as if it had not been "
            "suspended; the record keeps that it was."
        ),
        "done": gettext_lazy("%(number)s is restored."),
    },
    "revoke": {
        "verb": revoke,
        "kind": CredentialEvent.Kind.REVOKED,
        "label": gettext_lazy("Revoke"),
        "effect": gettext_lazy(
            "From this moment everybody who checks the credential is told that it was revoked. "
            "This is for ever: a revoked credential cannot be restored, only issued anew."
        ),
        "done": gettext_lazy("%(number)s is revoked."),
    },
}


def _possible(events: Iterable[CredentialEvent]) -> list[tuple[str, str]]:
    """The changes that may be made to a credential to which these things happened."""
    return [
        (name, wanted["label"])
        for name, wanted in CHANGES.items()
        if _refusal(name, events) is None
    ]


def _refusal(name: str, events: Iterable[CredentialEvent]) -> CannotBeDone | None:
    return why_not(CHANGES[name]["kind"], [event.kind for event in events])


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, credential_id: UUID, name: str) -> HttpResponse:
    """Suspend, restore or revoke: the effect in a sentence, a reason, and a button."""
    credential = _find(request, credential_id)
    if not may_change_standing(request.user):
        raise PermissionDenied
    wanted = CHANGES[name]
    if refusal := _refusal(name, credential.events.all()):
        messages.warning(request, str(refusal))
        return redirect("credentials:inspect", credential.pk)
    last = max((event.number for event in credential.events.all()), default=0)
    form = ReasonForm(request.POST or None, initial={"seen": last})
    if request.method == "POST" and form.is_valid():
        try:
            wanted["verb"](credential, by=request.user, at=timezone.now(), **form.cleaned_data)
        except CannotBeDone as problem:
            messages.warning(request, str(problem))
        else:
            messages.success(request, wanted["done"] % {"number": credential.number})
        return redirect("credentials:inspect", credential.pk)
    return _page(
        request,
        "certificates/registrars/change.html",
        f"{wanted['label']}: {credential.number}",
        {"credential": credential, "form": form, "wanted": wanted, "name": name},
        status=422 if form.is_bound else 200,
    )


@require_POST
def make_again(request: SignedInRequest, credential_id: UUID) -> HttpResponse:
    """Try once more to make a certificate that could not be made."""
    credential = _find(request, credential_id)
    if not may_change_standing(request.user):
        raise PermissionDenied
    if try_the_certificate_again(credential):
        messages.success(request, _("The certificate will be tried again in a moment."))
    return redirect("credentials:inspect", credential.pk)


def _find(request: SignedInRequest, credential_id: UUID) -> Credential:
    if not may_see_credentials(request.user):
        raise PermissionDenied
    found = Credential.objects.with_standing().select_related("holder", "award", "supersedes")
    return get_object_or_404(found, pk=credential_id)


# Issuing by hand -------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: SignedInRequest) -> HttpResponse:
    """Issue an award on a registrar's word: fill in, read it over, issue."""
    if not may_issue(request.user):
        raise PermissionDenied
    form = IssueByHandForm(request.POST or None, by=request.user)
    if request.method != "POST" or not form.is_valid() or "change" in request.POST:
        return _issue_page(request, form, status=422 if form.errors else 200)
    if "confirmed" not in request.POST:
        return _page(
            request,
            "certificates/registrars/issue_confirm.html",
            _("Issue by hand"),
            {
                "words": form.words_to_print,
                "form": form.as_hidden(),
                "award": form.cleaned_data["award"],
            },
        )
    try:
        credential = issue_by_hand(
            form.cleaned_data["award"],
            form.holder,
            evidence=form.cleaned_data["evidence"],
            name=form.cleaned_data["name"] or None,
            words=form.words_to_print,
            by=request.user,
            at=timezone.now(),
        )
    except CannotBeDone as problem:
        form.add_error(None, str(problem))
        return _issue_page(request, form, status=422)
    messages.success(request, _("%(number)s is issued.") % {"number": credential.number})
    return redirect("credentials:inspect", credential.pk)


def _issue_page(request: HttpRequest, form: IssueByHandForm, status: int) -> HttpResponse:
    return _page(
        request,
        "certificates/registrars/issue.html",
        _("Issue by hand"),
        {"form": form},
        status=status,
    )


def _page(
    request: HttpRequest, template: str, title: str, told: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A staff page with its header and the way back to the register."""
    told = {
        "header_title": title,
        "header_icon": "doc-full",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("credentials:index"), "label": _("Credentials")},
            {"url": "", "label": title},
        ],
        **told,
    }
    return render(request, template, told, status=status)


# What awards are made of -----------------------------------------------------------------------


class KindDeleteView(generic.DeleteView):
    """Deletes what nothing rests on, and otherwise says kindly that it stays."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ProtectedError:
            messages.error(
                self.request,
                _("“%(object)s” stays, because records rest on it.") % {"object": self.object},
            )
            return redirect(self.index_url_name)


class NewVersionView(generic.CreateView):
    """Publishes a new version of a statement. What was published before stays as it was."""

    def get_initial_form_instance(self) -> Any:
        version = super().get_initial_form_instance() or self.model()
        version.published_at = timezone.now()
        return version

    def get_success_buttons(self) -> list[Any]:
        return []


class VersionView(generic.InspectView):
    """One version of a statement as it is shown above the signature. Read only."""

    def get_text_display_value(self) -> str:
        return mark_safe(expand_db_html(self.object.text))  # it was cleaned when it was written
