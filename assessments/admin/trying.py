"""Trying a response on a question while it is written, before anything is saved."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from assessments.panels import TRIED_FIELD


class TryResponseView(PermissionCheckedMixin, View):
    """Says what a response would earn by an editor's form as it stands. Writes nothing."""

    model: Any = None
    form_class: Any = None
    any_permission_required = ["add", "change"]
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form_class(request.POST, instance=self.model(), for_user=request.user)
        form.defer_required_fields()
        form.is_valid()  # what is wrong elsewhere, such as a code that is taken, is no matter here
        item = form.instance.freeze()
        if not item.explains:
            raise Http404
        response = item.read({item.field_name: [request.POST.get(TRIED_FIELD, "")]})
        return render(request, item.explain_template, {"item": item, "given": response})
