"""What a rule of the content refuses on the staff pages is a sentence there, and never an error."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from wagtail.admin.admin_url_finder import AdminURLFinder

from courses.admin.publishing import name_refusals
from courses.exceptions import NotPublishable, SecondReaderNeeded, StillInUse
from lms.deadlocks import answer_again, is_deadlock, may_be_sent_again
from people.middleware import STAFF_PREFIX

GetResponse = Callable[[HttpRequest], HttpResponse]


class RefusalMiddleware:
    """Answers what could not be published or deleted with its reason, at whichever door.

    What was begun is rolled back by the transaction around it. The person is led to what the
    refusal is about, so that they can put it right. What a database took back because somebody
    else did the like at the same moment is done once more.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not request.path.startswith(STAFF_PREFIX):
            return None
        if is_deadlock(exception) and may_be_sent_again(request):
            try:
                return answer_again(request)
            except Exception as second:
                answer = self.process_exception(request, second)
                if answer is None:
                    raise
                return answer
        if isinstance(exception, ValidationError) and not isinstance(exception, NotPublishable):
            exception = NotPublishable(_("This"), exception.messages)
        if not isinstance(exception, NotPublishable | StillInUse | SecondReaderNeeded):
            return None
        url = self.way_on(request, exception)
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            name_refusals(request, [exception])
            # As Wagtail's dialogues end: the page around them goes where it is told.
            return JsonResponse({"step": "success", "redirect": url, "success": False})
        if request.headers.get("Accept", "").startswith("application/json"):
            error = {"error_code": "validation_error", "error_message": str(exception)}
            return JsonResponse({"success": False, **error}, status=400)
        name_refusals(request, [exception])
        return redirect(url)

    def way_on(
        self, request: HttpRequest, refusal: NotPublishable | StillInUse | SecondReaderNeeded
    ) -> str:
        """Where it is edited; else where the person came from; else the front."""
        subject = refusal.subject
        finder = AdminURLFinder(request.user)
        url: str | None = finder.get_edit_url(subject) if isinstance(subject, Model) else None
        came_from = request.headers.get("Referer", "")
        if not url and url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
            url = urlsplit(came_from).path
        return url or reverse("wagtailadmin_home")
