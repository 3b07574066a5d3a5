"""Deleting with care: says what rests on something before it could go, and refuses meanwhile."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models.deletion import ProtectedError, RestrictedError
from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.views import generic
from wagtail.snippets.views import snippets

from courses.exceptions import StillInUse
from courses.holds import HOLDS_HOOK, Hold, holds_on

CONFIRM_DELETE = "courses/admin/confirm_delete.html"
__all__ = [
    "HOLDS_HOOK",
    "CarefulDeleteMixin",
    "DeleteModelView",
    "DeleteSnippetView",
    "Hold",
    "holds_on",
]


class CarefulDeleteMixin:
    """Names what rests on something before it could go, and refuses while anything does."""

    template_name = CONFIRM_DELETE

    @cached_property
    def holds(self) -> list[dict[str, Any]]:
        finder = AdminURLFinder(self.request.user)  # type: ignore[attr-defined]
        return [
            {"what": hold.what, "url": finder.get_edit_url(hold.at) if hold.at else None}
            for hold in holds_on(self.object)  # type: ignore[attr-defined]
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**context, "holds": self.holds, "is_protected": bool(self.holds)}

    def form_valid(self, form: Any) -> HttpResponse:
        if self.holds:
            return self.refuse()
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except (
            PermissionDenied,
            ProtectedError,
            RestrictedError,
            StillInUse,
        ):  # somebody used it a moment ago
            del self.holds
            return self.refuse()

    def refuse(self) -> HttpResponse:
        messages.error(self.request, _("It is in use, so it was not deleted."))  # type: ignore[attr-defined]
        context = self.get_context_data()
        return self.render_to_response(context, status=409)  # type: ignore[attr-defined]


class DeleteSnippetView(CarefulDeleteMixin, snippets.DeleteView):
    template_name = CONFIRM_DELETE


class DeleteModelView(CarefulDeleteMixin, generic.DeleteView):
    template_name = CONFIRM_DELETE
