"""Registers the staff pages of certificates."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea

from certificates.access import (
    may_change_standing,
    may_issue,
    may_see_credentials,
    may_see_letters,
    may_see_proposals,
    may_see_renewal_rules,
)
from certificates.admin import bulk as bulk_pages
from certificates.admin import changing as change_pages
from certificates.admin import evidence as evidence_pages
from certificates.admin import letters as letter_pages
from certificates.admin import notes as note_pages
from certificates.admin import proposals as proposal_pages
from certificates.admin import renewal_rules as rule_pages
from certificates.admin import requests as request_pages
from certificates.admin import reviews as review_pages
from certificates.admin.home import HomePanel
from certificates.admin.viewsets import CertificatesGroup
from certificates.admin.work import certificate_work
from certificates.logged_events import events_unlike_the_log
from certificates.models import Award, Issuer, StatementVersion
from certificates.resting import awards_that_rest, awards_that_rest_on_a_change
from courses.admin.changes import CHANGE_RESTS_HOOK
from courses.admin.resting import RESTING_HOOK
from courses.admin.work import WORK_HOOK
from courses.content import CONTENT_HOOK
from people.acts import FAULTS_HOOK
from people.http import SignedInRequest
from people.page_parts import PARTS_HOOK


@hooks.register("register_admin_viewset")
def register_certificates() -> CertificatesGroup:
    return CertificatesGroup()


@hooks.register("construct_homepage_panels")
def add_home_panel(request: SignedInRequest, panels: list[Any]) -> None:
    if may_see_credentials(request.user):
        panels.append(HomePanel())


hooks.register(FAULTS_HOOK, events_unlike_the_log)
hooks.register(WORK_HOOK, certificate_work)
hooks.register(RESTING_HOOK, awards_that_rest)
hooks.register(CHANGE_RESTS_HOOK, awards_that_rest_on_a_change)


@hooks.register(PARTS_HOOK)
def parts_of_pages() -> dict[str, list[str]]:
    """Checking and watching certificates, on the page of an organisation."""
    return {"people/organisations/organisation.html": ["certificates/_for_an_organisation.html"]}


@hooks.register(CONTENT_HOOK)
def shown_of_awards() -> list[type[Model]]:
    """What can be earned, by whom it is issued, and what is to be signed for it."""
    return [Award, Issuer, StatementVersion]


@hooks.register("register_admin_search_area")
def register_credentials_search_area() -> SearchArea:
    return CredentialsSearchArea(
        gettext_lazy("Credentials"),
        reverse("credentials:index"),
        name="credentials",
        icon_name="doc-full",
        order=110,
    )


class CredentialsSearchArea(SearchArea):
    """The register, for those who read credentials."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return may_see_credentials(request.user)


@hooks.register("register_admin_urls")
def register_reviews() -> list[URLPattern | URLResolver]:
    return [
        path("credential-reviews/", include(review_pages)),
        path("credential-requests/", include(request_pages)),
        path("letters/", include(letter_pages)),
        path("renewal-evidence/", include(evidence_pages)),
        path("renewal-rules/", include(rule_pages)),
        path("credential-notes/", include(note_pages)),
        path("bulk-issues/", include(bulk_pages)),
        path("bulk-changes/", include(change_pages)),
        path("credential-proposals/", include(proposal_pages)),
    ]


class RegistrarsMenuItem(MenuItem):
    """A list of the registrars, for those who read credentials."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return may_see_credentials(request.user)


@hooks.register("register_admin_menu_item")
def register_reviews_menu_item() -> MenuItem:
    return RegistrarsMenuItem(
        gettext_lazy("To look at again"),
        reverse("credential_reviews:index"),
        name="credential-reviews",
        icon_name="warning",
        order=171,
    )


@hooks.register("register_admin_menu_item")
def register_requests_menu_item() -> MenuItem:
    return RegistrarsMenuItem(
        gettext_lazy("Requests of holders"),
        reverse("holder_requests:index"),
        name="credential-requests",
        icon_name="mail",
        order=170,
    )


@hooks.register("register_admin_menu_item")
def register_evidence_menu_item() -> MenuItem:
    return RegistrarsMenuItem(
        gettext_lazy("For renewals"),
        reverse("renewal_evidence:index"),
        name="renewal-evidence",
        icon_name="doc-full-inverse",
        order=171,
    )


class ProposalsMenuItem(MenuItem):
    """What registrars propose to each other, for those who change standings."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return may_see_proposals(request.user)


@hooks.register("register_admin_menu_item")
def register_proposals_menu_item() -> MenuItem:
    return ProposalsMenuItem(
        proposal_pages.TITLE,
        reverse("proposals:index"),
        name="credential-proposals",
        icon_name="check",
        order=170,
    )


class LettersMenuItem(MenuItem):
    """The letters that could not be sent, for those who see them."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return may_see_letters(request.user)


@hooks.register("register_admin_menu_item")
def register_letters_menu_item() -> MenuItem:
    return LettersMenuItem(
        gettext_lazy("Letters not sent"),
        reverse("letters:index"),
        name="letters",
        icon_name="mail",
        order=172,
    )


class RulesMenuItem(MenuItem):
    """By which rules awards are renewed, for those who read them."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return may_see_renewal_rules(request.user)


@hooks.register("register_admin_menu_item")
def register_rules_menu_item() -> MenuItem:
    return RulesMenuItem(
        gettext_lazy("Renewal rules"),
        reverse("renewal_rules:index"),
        name="renewal-rules",
        icon_name="date",
        order=173,
    )


class BulkMenuItem(MenuItem):
    """Issuing to many people, for those who issue."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return may_issue(request.user)


@hooks.register("register_admin_menu_item")
def register_bulk_menu_item() -> MenuItem:
    return BulkMenuItem(
        gettext_lazy("Issue to many"),
        reverse("bulk_issues:index"),
        name="bulk-issues",
        icon_name="group",
        order=169,
    )


class ChangeManyMenuItem(MenuItem):
    """Changing many credentials, for those who change the standing of one."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return may_change_standing(request.user)


@hooks.register("register_admin_menu_item")
def register_change_many_menu_item() -> MenuItem:
    return ChangeManyMenuItem(
        gettext_lazy("Change many"),
        reverse("bulk_changes:index"),
        name="bulk-changes",
        icon_name="list-ul",
        order=170,
    )
