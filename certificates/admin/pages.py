"""What the registrars' own pages share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from certificates.access import may_see_credentials
from certificates.models import Credential
from people.http import SignedInRequest
from people.staff_headers import staff_header


def render_staff_page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A staff page with its header and the way back to the register."""
    register = (reverse("credentials:index"), _("Credentials"))
    context = staff_header(title, "doc-full", register) | context
    return render(request, template, context, status=status)


def get_credential(request: SignedInRequest, credential_id: UUID) -> Credential:
    """A credential for a registrar's page. Raises PermissionDenied, or Http404."""
    if not may_see_credentials(request.user):
        raise PermissionDenied
    credentials = (
        Credential.objects.with_standing()
        .select_related("holder", "award", "follows", "followed_by")
        .prefetch_related("award__renewal_rules")
    )
    return get_object_or_404(credentials, pk=credential_id)
