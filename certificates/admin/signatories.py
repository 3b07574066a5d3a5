"""The people who sign for an issuer, on the page of the issuer and of an award."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel

from certificates.admin.forms import add_print_errors
from certificates.marks import signature_from
from certificates.models import Signatory
from courses.uploads.exceptions import UnusableFile


class SignatoryForm(WagtailAdminModelForm):
    """Somebody who signs. A picture that is handed over becomes their signature from then on."""

    new_signature = forms.FileField(
        label=_("Signature"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_(
            "A picture of it on white paper or a transparent ground, PNG, JPEG or WebP. Without "
            "one there is a line to sign on by hand. Leave it empty to let it stay as it is."
        ),
    )
    without_signature = forms.BooleanField(
        label=_("Print no signature from now on"), required=False
    )

    class Meta:
        model = Signatory
        fields = ("name", "role", "signs_from", "signs_until")

    def clean_new_signature(self) -> bytes | None:
        file = self.cleaned_data.get("new_signature")
        try:
            return signature_from(file) if file else None
        except UnusableFile as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        add_print_errors(self, {name: cleaned.get(name) for name in ("name", "role")})
        return cleaned

    def save(self, commit: bool = True) -> Any:
        if png := self.cleaned_data.get("new_signature"):
            self.instance.signature = png
        elif self.cleaned_data.get("without_signature"):
            self.instance.signature = None
        return super().save(commit=commit)


class SignatoriesPanel(InlinePanel):
    """The rows of an issuer's signatories, each with the picture of a signature."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "relation_name": "signatories",
                "panels": [
                    FieldRowPanel([FieldPanel("name"), FieldPanel("role")]),
                    FieldPanel("new_signature"),
                    FieldPanel("without_signature"),
                    FieldRowPanel([FieldPanel("signs_from"), FieldPanel("signs_until")]),
                ],
                **kwargs,
            }
        )

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = SignatoryForm
        return options


def signatories_panel() -> SignatoriesPanel:
    return SignatoriesPanel(
        heading=_("Who signs"),
        label=_("Signatory"),
        help_text=_(
            "The first four who sign on the day are printed, unless an award chooses others. "
            "Without any, the one named above is. Certificates that were issued stay as they are."
        ),
    )
