"""The register of credentials and what awards are made of, in the staff pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.admin.rich_text import DraftailRichTextArea
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views.generic import EditView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from certificates.admin import credentials, following, issuing, notes, samples
from certificates.admin.awards import NewVersionView, ProtectedDeleteView, VersionView
from certificates.admin.forms import AwardForm, IssuerForm, StatementVersionForm
from certificates.admin.register import CredentialFilterSet, Register
from certificates.admin.signatories import signatories_panel
from certificates.models import Award, Credential, Issuer, Statement, StatementVersion
from courses.admin.proposing import SayWhatWaitsMixin, lead_to
from people.saved_values import WatchedForm

STATEMENT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link"]


class CredentialViewSet(ModelViewSet):
    """Credentials are read, issued, suspended, restored and revoked; never edited or deleted."""

    model = Credential
    name = "credentials"
    icon = "doc-full"
    menu_label = _("Credentials")
    index_view_class = Register
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    filterset_class = CredentialFilterSet
    search_fields = ["name"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        absent = ["add", "edit", "delete", "history", "usage", "copy"]
        return super().get_common_view_kwargs(
            **dict.fromkeys((f"{name}_url_name" for name in absent), self.UNDEFINED), **kwargs
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("issue/", issuing.issue, name="issue"),
            path("<uuid:credential_id>/", credentials.record, name="inspect"),
            path("<uuid:credential_id>/make-again/", credentials.retry, name="make_again"),
            re_path(
                r"^(?P<credential_id>[0-9a-f-]{36})/(?P<name>suspend|restore|revoke|reinstate)/$",
                credentials.change,
                name="change",
            ),
            path("<uuid:credential_id>/note/", notes.note, name="note"),
            path("<uuid:credential_id>/replace/", following.replace, name="replace"),
            path("<uuid:credential_id>/renew/", following.renew, name="renew"),
        ]

    def register_admin_url_finder(self) -> None:
        """There is no page to edit one on."""


class ConfirmIssuingPanel(FieldPanel):
    """The box that confirms issuing to people who met an award already; shown if there are any."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and self.form.needs_confirmation


class ReasonPanel(FieldPanel):
    """Why what hours are counted from should be otherwise; of a new award nobody is asked."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"field_name": "reason_of_change", **kwargs})

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and self.instance.pk is not None


class EditAwardView(SayWhatWaitsMixin, EditView):
    """Saves an award; another course for its hours, or teaching in a room, is proposed."""

    def save_action(self) -> HttpResponse:
        response: HttpResponse = super().save_action()
        if change := self.form.proposed:
            return lead_to(self.request, change)
        return response


class AwardViewSet(ModelViewSet):
    model = Award
    edit_view_class = EditAwardView
    name = "awards"
    icon = "pick"
    menu_label = _("Awards")
    copy_view_enabled = False
    list_display = [
        "name",
        Column("issuer", label=_("Issuer")),
        "valid_months",
        BooleanColumn("active", label=_("Active")),
    ]
    list_filter = ["active", "issuer"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]),
            FieldPanel("issuer"),
            FieldPanel("description"),
            FieldPanel("limits"),
            FieldPanel("language"),
            InlinePanel(
                "words",
                label=_("Words in another language"),
                heading=_("Other languages"),
                help_text=_(
                    "Who reads one of these has the whole certificate printed in it, where the "
                    "site issues it by itself."
                ),
            ),
            FieldRowPanel([FieldPanel("valid_months"), FieldPanel("renewal_opens_days")]),
            MultiFieldPanel([FieldPanel("design"), samples.samples_panel()], heading=_("Design")),
            FieldPanel("signatories", widget=forms.CheckboxSelectMultiple),
            MultiFieldPanel(
                [FieldPanel("hours_course"), FieldPanel("taught_in_room"), ReasonPanel()],
                heading=_("Study"),
            ),
            InlinePanel(
                "requirements",
                label=_("Requirement"),
                heading=_("Requirements"),
                help_text=_(
                    "The credential is issued when the last of these is met. Without any, it "
                    "is issued by hand only."
                ),
            ),
            FieldPanel("active"),
            ConfirmIssuingPanel("issue_to_those_who_met_it"),
        ],
        base_form_class=AwardForm,
    )
    delete_view_class = ProtectedDeleteView

    def get_urlpatterns(self) -> list[URLPattern]:
        sample = path("<int:award_id>/sample/", samples.sample, name="sample")
        return [*super().get_urlpatterns(), sample]


class IssuerViewSet(ModelViewSet):
    model = Issuer
    name = "issuers"
    icon = "group"
    menu_label = _("Issuers")
    copy_view_enabled = False
    list_display = ["name", "prefix", "signatory_name"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("url"),
            FieldPanel("email"),
            FieldPanel("prefix"),
            FieldPanel("time_zone"),
            FieldPanel("signatory_name"),
            FieldPanel("signatory_role"),
            signatories_panel(),
            FieldPanel("new_mark"),
        ],
        base_form_class=IssuerForm,
    )
    delete_view_class = ProtectedDeleteView


class StatementViewSet(ModelViewSet):
    model = Statement
    name = "statements"
    icon = "edit"
    menu_label = _("Statements")
    copy_view_enabled = False
    list_display = ["title", "slug"]
    edit_handler = ObjectList(
        [FieldPanel("title"), FieldPanel("slug")], base_form_class=WatchedForm
    )
    delete_view_class = ProtectedDeleteView


class StatementVersionViewSet(ModelViewSet):
    """The texts that were and are signed. A new one is added; none is ever changed."""

    model = StatementVersion
    name = "statement-texts"
    icon = "doc-full-inverse"
    menu_label = _("Statement texts")
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ["statement", "version", "language", "title", "published_at", "text"]
    add_to_reference_index = False
    add_view_class = NewVersionView
    inspect_view_class = VersionView
    list_display = [
        "version",
        Column("statement", label=_("Statement")),
        Column("get_language_display", label=_("Language")),
        DateColumn(
            "published_at", label=pgettext_lazy("the day", "Published"), sort_key="published_at"
        ),
    ]
    list_filter = ["statement"]
    edit_handler = ObjectList(
        [
            FieldPanel("statement"),
            FieldPanel(
                "version", help_text=_("Such as 2, or 2027. Published at once, and for good.")
            ),
            FieldRowPanel([FieldPanel("language"), FieldPanel("title")]),
            FieldPanel(
                "text",
                widget=DraftailRichTextArea(features=STATEMENT_FEATURES),
                help_text=_("As it is shown above the signature."),
            ),
            InlinePanel(
                "wordings",
                label=_("Wording"),
                heading=_("Ways to sign it"),
                help_text=_(
                    "Where there are some, whoever signs chooses the one that is true of them, "
                    "and its words are kept. Without any, they sign the text as it is."
                ),
            ),
            FieldPanel("read_over"),
        ],
        base_form_class=StatementVersionForm,
    )

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        absent = ["edit", "delete", "history", "usage", "copy"]
        return super().get_common_view_kwargs(
            **dict.fromkeys((f"{name}_url_name" for name in absent), self.UNDEFINED), **kwargs
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", self.add_view, name="add"),
            path("<int:pk>/", self.inspect_view, name="inspect"),
        ]

    def register_admin_url_finder(self) -> None:
        """There is no page to edit one on."""


class CertificatesGroup(ModelViewSetGroup):
    """The registrars' menu."""

    menu_label = _("Certificates")
    menu_icon = "doc-full"
    menu_order = 250
    items = (
        CredentialViewSet,
        AwardViewSet,
        IssuerViewSet,
        StatementViewSet,
        StatementVersionViewSet,
    )
