"""The register: every credential, in a list that registrars search and narrow down."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic

from certificates.access import may_issue
from certificates.dates import in_words
from certificates.models import Award, Credential
from certificates.numbers import Mistyped, parse_code, plain_text
from certificates.standing import Standing, standing_of

SHORTEST_PART = 3
"""How much of a number must be typed before parts of numbers are looked for."""


def standing_now(credential: Credential) -> str:
    return str(standing_of(credential, at=timezone.now()).label)


def issued_on(credential: Credential) -> str:
    return in_words(credential.issued_on)


class CredentialFilterSet(WagtailFilterSet):
    standing = django_filters.ChoiceFilter(
        label=gettext_lazy("Standing"), choices=Standing.choices, method="with_standing"
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

    def with_standing(
        self, credentials: QuerySet[Credential], name: str, standing: str
    ) -> QuerySet[Credential]:
        return credentials.standing_as(Standing(standing), at=timezone.now())  # type: ignore[attr-defined]

    def with_certificate(
        self, credentials: QuerySet[Credential], name: str, choice: str
    ) -> QuerySet[Credential]:
        return credentials.with_problem()  # type: ignore[attr-defined]


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
            return queryset.filter(code=parse_code(typed))
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
    """Credentials that fit each of the typed words: by name, by address or by part of a number.

    For a query annotated with `symbols`: prefix and code together.
    """
    fits = Q()
    for word in plain_text(typed).split()[:10]:
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
