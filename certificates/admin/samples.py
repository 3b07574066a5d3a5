"""The certificates of an award as they would look, for whoever writes its words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.panels import Panel

from certificates.access import may_see_awards
from certificates.designs import DESIGNS, design_choices
from certificates.exceptions import CertificateCannotBeRendered, RenderingFailed
from certificates.models import Award
from certificates.preparing import public_url
from certificates.rendering import render_apart
from certificates.samples import SampleName, sample_of
from people.http import SignedInRequest
from people.staff_headers import staff_header


class SampleForm(forms.Form):
    """Which sample: the design, the language and the name."""

    design = forms.ChoiceField(choices=design_choices)
    language = forms.ChoiceField(choices=settings.LANGUAGES)
    name = forms.ChoiceField(choices=SampleName.choices)


@require_safe
def sample(request: SignedInRequest, award_id: int) -> HttpResponse:
    """A sample as a PDF; where it cannot be made, the page that says why."""
    if not may_see_awards(request.user):
        raise PermissionDenied
    award = get_object_or_404(Award.objects.select_related("issuer__mark"), pk=award_id)
    form = SampleForm({**_usual(award), **request.GET.dict()})
    if not form.is_valid():
        return _not_made(request, award, _("There is no such sample. Please choose one of these."))
    chosen = form.cleaned_data
    name = SampleName(chosen.pop("name"))
    credential = sample_of(award, name=name, at=timezone.now(), **chosen)
    try:
        content = render_apart(credential, verify_url=public_url(credential))
    except CertificateCannotBeRendered as problem:
        return _not_made(request, award, str(problem))
    except RenderingFailed:
        return _not_made(request, award, _("Making it took too long. Please try again."))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="sample-{award.slug}.pdf"'
    return response


def _usual(award: Award) -> dict[str, str]:
    return {"design": award.design, "language": award.language, "name": SampleName.USUAL}


def _not_made(request: SignedInRequest, award: Award, why: str) -> HttpResponse:
    title = _("A sample could not be made")
    context = staff_header(title, "pick", (reverse("awards:index"), _("Awards")))
    context |= {"why": why, "award": award, "samples": samples_of(award)}
    return render(request, "certificates/admin/sample.html", context, status=422)


def samples_of(award: Award) -> list[dict[str, Any]]:
    """Each design with the samples that can be looked at: by name, and by the award's languages."""
    languages = [award.language, *award.words.values_list("language", flat=True)]
    names = dict(settings.LANGUAGES)
    return [
        {
            "design": design,
            "is_chosen": design.name == award.design,
            "languages": [(code, names[code]) for code in dict.fromkeys(languages)],
            "names": SampleName.choices,
        }
        for design in DESIGNS.values()
    ]


class SamplesPanel(Panel):
    """Links to samples, below the choice of a design; there once the award was saved."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "certificates/admin/_samples.html"

        def is_shown(self) -> bool:
            return super().is_shown() and self.instance.pk is not None

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context) or {}
            return {**context, "award": self.instance, "samples": samples_of(self.instance)}


def samples_panel() -> SamplesPanel:
    return SamplesPanel(heading=gettext_lazy("How it looks"))
