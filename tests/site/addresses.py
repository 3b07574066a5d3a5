"""Every address that the site answers, as its resolver has it, and a real one for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver

from assessments.models import QUESTION_KINDS


@dataclass(frozen=True)
class Address:
    """A pattern of the resolver: its whole route, and its name where it has one."""

    route: str
    name: str

    def __str__(self) -> str:
        return f"{self.route} ({self.name})" if self.name else self.route


def every_address() -> list[Address]:
    return [address for address, _view in _below(get_resolver().url_patterns)]


def _below(
    patterns: list[Any], route: str = "", namespace: str = ""
) -> Iterator[tuple[Address, Any]]:
    """Each address with what answers it."""
    for pattern in patterns:
        whole = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            name = f"{namespace}{pattern.name}" if pattern.name else ""
            yield Address(whole, name), pattern.callback
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _below(pattern.url_patterns, whole, inner)


TWINS = tuple(kind._meta.model_name for kind in QUESTION_KINDS[1:])


def one_of_each() -> list[Address]:
    """Every address, with one kind of question in place of all, which are made alike."""
    return [
        address
        for address in every_address()
        if not any(f"/{twin}/" in address.route for twin in TWINS)
    ]


OUR_APPS = ("people", "courses", "assessments", "practice", "certificates", "lms")


def our_staff_addresses() -> list[Address]:
    """The staff addresses that a view of ours answers, and none of Wagtail's own, with one kind of
    question in place of all."""
    every = _below(get_resolver().url_patterns)
    ours = {address for address, view in every if _app_of(view) in OUR_APPS}
    return [each for each in one_of_each() if each.route.startswith("admin/") and each in ours]


def _app_of(view: Any) -> str:
    inner = getattr(view, "func", view)  # it may be a partial
    return str(getattr(inner, "view_class", inner).__module__).split(".")[0]


def staff_addresses() -> list[Address]:
    return [address for address in every_address() if address.route.startswith("admin/")]


# Written as regular expressions, these are filled by hand.
BY_HAND = {
    "wagtailadmin_pages:revisions_compare": "/admin/pages/{lesson}/revisions/compare/earliest...latest/",
    "credentials:change": "/admin/credentials/{credential}/suspend/",
    "bulk_issues:template": "/admin/bulk-issues/template.csv",
    "bulk_issues:result": "/admin/bulk-issues/{bulk_id}/result.csv",
    "bulk_changes:result": "/admin/bulk-changes/{bulk_change_id}/result.csv",
    "attempts:paper": "/admin/attempts/{handed_in}/paper/",
    "wagtailmedia:add": "/admin/media/audio/add/",
    "wagtailmedia:chooser_typed": "/admin/media/chooser/audio/",
    "wagtailmedia:chooser_upload": "/admin/media/audio/chooser/upload/",
    "wagtailadmin_pages:add": "/admin/pages/add/courses/lessonpage/{module}/",
    "wagtailadmin_pages:preview_on_add": "/admin/pages/add/courses/lessonpage/{module}/preview/",
    "wagtailadmin_pages:type_use": "/admin/pages/usage/courses/lessonpage/",
    "wagtailadmin_pages:type_use_results": "/admin/pages/usage/courses/lessonpage/results/",
    "wagtailadmin_pages:choose_parent": "/admin/pages/create/courses/lessonpage",
    "wagtail_bulk_action": "/admin/bulk/wagtailcore/page/publish/?id={lesson}",
    "wagtailsettings:edit": "/admin/settings/lms/sitesettings/{site}/",
    "wagtailsettings:preview_on_edit": "/admin/settings/lms/sitesettings/{site}/preview/",
    "simple_translation:submit_snippet_translation": "/admin/translation/submit/snippet/assessments/quiz/{quiz}/",
    "wagtailadmin_tag_model_autocomplete": "/admin/tag-autocomplete/taggit/tag/?term=a",
    "wagtailadmin_tag_autocomplete": "/admin/tag-autocomplete/?term=a",
    "wagtailadmin_workflows:add_task": "/admin/workflows/tasks/add/wagtailcore/groupapprovaltask/",
    "wagtailadmin_editing_sessions:ping": "/admin/editing-sessions/ping/courses/lessonpage/{lesson}/1/",
    "wagtailadmin_api:pages:action": "/admin/api/main/pages/{lesson}/action/publish/",
    "wagtailadmin_password_reset_confirm": "/admin/password_reset/confirm/MQ/set-password/",
    "wagtailadmin_block_preview": "/admin/block-preview/?id=unknown",
    "account_reset_password_from_key": "/accounts/password/reset/key/1-set-password/",
    "certificates:short": "/C/{number}",
    "certificates:pki": "/pki/root-2026-1.pem",
    "certificates:picture": "/certificates/{number}.png",
    "certificates:badge": "/certificates/{number}/badge.json",
    "certificates:status_list": "/issuers/{issuer_id}/status/revocation/1",
    "wagtaildocs_serve": "/documents/{document}/{document_name}",
}
# Wherever a page may stand.
PAGES = r"((?:[\w\-]+/)*)$"
COMPARE = re.compile(r"history/\(\?P<pk>\.\+\)/revisions/compare/.*$")


def filled(address: Address, real: dict[str, Any]) -> str:
    """A real address for a pattern: `real` says what stands for each kind of thing."""
    if address.name in BY_HAND:
        return BY_HAND[address.name].format(**real)
    if address.route.endswith(PAGES):
        return "/"
    if address.route == "admin/^.*/$":
        return "/admin/there-is-no-such-page/"
    route = COMPARE.sub("history/<str:pk>/revisions/compare/earliest...latest/", address.route)
    route = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(_one(address, match[1], real)), route)
    return "/" + route.replace("^", "").replace("$", "")


def _one(address: Address, name: str, real: dict[str, Any]) -> Any:
    if name == "pk":
        return next(value for name, value in real["rows"].items() if name in address.route)
    return real[name]
