"""The door of the machine that watches the site."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from deploy.health import livez, readyz
from deploy.metrics import metrics

GetResponse = Callable[[HttpRequest], HttpResponse]

VIEWS = {"/livez": livez, "/readyz": readyz, "/metrics": metrics}


class HealthMiddleware:
    """Answers the machine that watches the site, by whatever name it calls us.

    It asks by address, from inside, where the host names and the https of visitors do not hold.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = VIEWS.get(request.path, self.get_response)
        return view(request)
