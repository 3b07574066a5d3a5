"""Registers the staff pages of certificates."""

from __future__ import annotations

from wagtail import hooks

from certificates.viewsets import CertificatesGroup


@hooks.register("register_admin_viewset")
def certificates() -> CertificatesGroup:
    return CertificatesGroup()
