"""The register: every credential, in a list that registrars search and narrow down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import django_filters
from django.db.models import Min, Q, QuerySet
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from certificates.access import may_change_standing, may_issue
from certificates.dates import in_words
from certificates.expiring import (
    EXPIRING,
    STANDING_CHOICES,
    Expiring,
    closer_standing,
    expiring,
)
from certificates.models import Award, Credential, CredentialEvent, Issuer
from certificates.numbers import Mistyped, parse_code
from certificates.standing import Standing
from people.models import words_sought
from people.spreadsheets import SpreadsheetMixin

NOT_IN_THE_FILE = ("evidence", "competencies", "study", "description", "limits")
"""What of a credential is long, and read for none of the rows of a file."""

SHORTEST_PART = 3
"""How much of a number must be typed before parts of numbers are looked for."""


def standing_now(credential: Credential) -> Standing | Expiring:
    return closer_standing(credential, at=timezone.now())


def issued_on(credential: Credential) -> str:
    return in_words(credential.issued_on)


def valid_until(credential: Credential) -> str:
    return in_words(credential.expires_on) if credential.expires_on else _("for good")


def years() -> list[tuple[str, str]]:
    """The years from the first that something was issued in, the latest first."""
    first = Credential.objects.aggregate(first=Min("issued_on"))["first"]
    now = timezone.now().year
    return [(str(year), str(year)) for year in range(now, (first.year if first else now) - 1, -1)]


class CredentialFilterSet(WagtailFilterSet):
    standing = django_filters.ChoiceFilter(
        label=gettext_lazy("Standing"), choices=STANDING_CHOICES, method="with_standing"
    )
    year = django_filters.ChoiceFilter(
        label=gettext_lazy("Issued in"), choices=years, field_name="issued_on", lookup_expr="year"
    )
    award = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Award"), queryset=Award.objects.all()
    )
    issuer = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Issuer"), queryset=Issuer.objects.all()
    )
    certificate = django_filters.ChoiceFilter(
        label=gettext_lazy("Certificate"),
        choices=[("not_made", gettext_lazy("Could not be made"))],
        method="with_certificate",
    )

    class Meta:
        model = Credential
        fields: list[str] = []

    def with_standing(
        self, credentials: QuerySet[Credential], name: str, standing: str
    ) -> QuerySet[Credential]:
        if standing == EXPIRING.value:
            return expiring(credentials, at=timezone.now())
        return credentials.standing_as(Standing(standing), at=timezone.now())  # type: ignore[attr-defined]

    def with_certificate(
        self, credentials: QuerySet[Credential], name: str, choice: str
    ) -> QuerySet[Credential]:
        return credentials.with_problem()  # type: ignore[attr-defined]


class TickColumn(Column):
    """A box to tick, for what is done to several at once."""

    cell_template_name = "certificates/admin/tick_cell.html"


class HolderColumn(Column):
    """The name as printed, and the address of the account that it was issued to."""

    cell_template_name = "certificates/admin/holder_cell.html"


class StandingColumn(Column):
    """The standing in its word, its sign and its colour."""

    cell_template_name = "certificates/admin/standing_cell.html"


class Register(SpreadsheetMixin, generic.IndexView):
    """Every credential, found by its number in any typing, by name or by address."""

    any_permission_required = ["view"]
    filterset_class = CredentialFilterSet
    default_ordering = "-issued_on"
    is_searchable = True
    export_filename = "credentials"
    results_template_name = "certificates/admin/register_results.html"

    def get_base_queryset(self) -> QuerySet[Credential]:
        credentials: QuerySet[Credential] = Credential.objects.with_standing()
        if self.is_export:
            credentials = credentials.prefetch_related(
                "events__actor", "events__approved_by"
            ).defer(*NOT_IN_THE_FILE)
        credentials = credentials.prefetch_related("award__renewal_rules")
        return credentials.select_related("holder", "award")

    def order_queryset(self, queryset: QuerySet[Credential]) -> QuerySet[Credential]:
        latest_first = "-issued_at" if self.ordering == "-issued_on" else "issued_at"
        return queryset.order_by(self.ordering, latest_first)

    @cached_property
    def columns(self) -> list[Column]:
        title = self._get_title_column_class(TitleColumn)
        ticks = [TickColumn("tick", label=_("Choose"))] if self.may_change_many else []
        return [
            *ticks,
            title(
                "number",
                label=_("Number"),
                get_url=self.get_inspect_url,
                classname="register-number",
            ),
            HolderColumn("name", label=_("Holder"), sort_key="name"),
            Column("award_name", label=_("Award"), sort_key="award_name"),
            StandingColumn("standing", label=_("Standing"), accessor=standing_now),
            Column("expires", label=_("Valid until"), sort_key="expires_on", accessor=valid_until),
            Column("issued", label=_("Issued"), sort_key="issued_on", accessor=issued_on),
            Column("issuer_name", label=_("Issuer")),
        ]

    def sheet_columns(self) -> dict[str, Any]:
        return {
            "number": _("Number"),
            "name": _("Name as printed"),
            "email": _("Email"),
            "award": _("Award"),
            "issuer": _("Issuer"),
            "issued_on": _("Issued"),
            "expires_on": _("Valid until"),
            "standing": _("Standing"),
            "issued_by": _("Issued by"),
            "changed_at": _("Last change"),
            "changed_by": _("Changed by"),
            "reason": _("Reason"),
        }

    def sheet_rows(self, objects: Iterable[Credential]) -> Iterator[dict[str, Any]]:
        for credential in objects:
            first, *later = credential.events.all()
            last = later[-1] if later else None
            yield {
                "number": credential.number,
                "name": credential.name,
                "email": credential.holder.email,
                "award": credential.award_name,
                "issuer": credential.issuer_name,
                "issued_on": credential.issued_on,
                "expires_on": credential.expires_on,
                "standing": str(standing_now(credential).label),
                "issued_by": _deciders(first) or _("the site"),
                "changed_at": last.at if last else None,
                "changed_by": _deciders(last) if last else None,
                "reason": last.reason if last else None,
            }

    @property
    def may_change_many(self) -> bool:
        return may_change_standing(self.request.user)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        return {**context, "may_change_many": self.may_change_many}

    def search_queryset(self, queryset: QuerySet[Credential]) -> QuerySet[Credential]:
        return _searched(queryset, self.search_query)

    def get_edit_url(self, instance: Credential) -> None:
        """A credential is never edited."""

    def get_add_url(self) -> str | None:
        return reverse("credentials:issue") if may_issue(self.request.user) else None

    @property
    def add_item_label(self) -> str:
        return _("Issue by hand")


def _deciders(event: CredentialEvent) -> str | None:
    """Who did it, and who approved it; None where it was the site."""
    people = [str(person) for person in (event.actor, event.approved_by) if person]
    return ", ".join(people) or None


def _searched(queryset: QuerySet[Credential], typed: str) -> QuerySet[Credential]:
    """Those that what was typed finds: by number, by name or by address."""
    if not typed:
        return queryset
    try:
        return queryset.filter(code=parse_code(typed))
    except Mistyped:
        return queryset.alias(symbols=Concat("prefix", "code")).filter(_mentions(typed))


def found_in_register(request: HttpRequest) -> QuerySet[Credential]:
    """What the register shows for the filter and the search of an address, the latest first."""
    filters = CredentialFilterSet(request.GET, queryset=Credential.objects.all(), request=request)
    credentials = filters.qs if filters.is_valid() else Credential.objects.none()
    return _searched(credentials, request.GET.get("q", "").strip()).order_by(
        "-issued_on", "-issued_at"
    )


def _mentions(typed: str) -> Q:
    """Credentials that fit each of the typed words: by name, by address or by part of a number.

    For a query annotated with `symbols`: prefix and code together.
    """
    fits = Q()
    for word in words_sought(typed):
        fits_word = Q(search_words__contains=word) | Q(holder__search_words__contains=word)
        part = "".join(filter(str.isalnum, word)).upper()
        if len(part) >= SHORTEST_PART:
            fits_word |= Q(symbols__contains=part)
        fits &= fits_word
    return fits
