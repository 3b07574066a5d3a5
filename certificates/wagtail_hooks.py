"""Registers the staff pages of certificates."""

from __future__ import annotations

from typing import Any

from wagtail import hooks

from certificates.access import may_see_credentials
from certificates.admin.home import HomePanel
from certificates.admin.viewsets import CertificatesGroup
from people.http import SignedInRequest


@hooks.register("register_admin_viewset")
def register_certificates() -> CertificatesGroup:
    return CertificatesGroup()


@hooks.register("construct_homepage_panels")
def add_home_panel(request: SignedInRequest, panels: list[Any]) -> None:
    if may_see_credentials(request.user):
        panels.append(HomePanel())
