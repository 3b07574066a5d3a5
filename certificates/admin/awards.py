"""Views of what awards are made of, where Wagtail's own would do too much."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.rich_text import expand_db_html


class ProtectedDeleteView(generic.DeleteView):
    """Deletes what no record rests on, and otherwise explains that it stays."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except (ProtectedError, PermissionDenied):
            # The second is Wagtail's word for what it knows to be in use; whoever may not delete
            # was turned away before.
            messages.error(
                self.request,
                _("“%(object)s” stays, because records rest on it.") % {"object": self.object},
            )
            return redirect(self.index_url_name)


class NewVersionView(generic.CreateView):
    """Publishes a new version of a statement. What was published before stays as it was."""

    def get_initial_form_instance(self) -> Any:
        version = super().get_initial_form_instance() or self.model()
        version.published_at = timezone.now()
        return version

    def get_success_buttons(self) -> list[Any]:
        return []


class VersionView(generic.InspectView):
    """One version of a statement as it is shown above the signature. Read only."""

    def get_text_display_value(self) -> str:
        return mark_safe(expand_db_html(self.object.text))  # it was cleaned when it was written
