"""Every address of the site. Pages for reading are Wagtail's; doing is ours."""

from typing import Any

from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.views import serve

from assessments.admin.workflow_reports import WorkflowReport, WorkflowTasksReport
from certificates.api.operations import api
from courses.admin.translating import TranslatePageView
from courses.views import page_passwords
from lms.views import (
    help,
    learning,
    look,
    machines,
    media,
    offline,
    search,
    transcript,
    workbook,
)
from people.views import StaffAccountView, demonstration_mail, staff_sign_in

handler400 = "lms.views.errors.bad_request"
handler403 = "lms.views.errors.permission_denied"
handler404 = "lms.views.errors.page_not_found"
handler429 = "lms.views.errors.too_many_requests"
handler500 = "lms.views.errors.server_error"

WORKFLOW_REPORTS: dict[str, Any] = {
    "workflow": WorkflowReport,
    "workflow_tasks": WorkflowTasksReport,
}

urlpatterns = [
    path("accent.css", look.accent, name="accent"),
    path("admin/login/", staff_sign_in),
    path("admin/account/", require_admin_access(StaffAccountView.as_view())),
    path(
        "admin/translation/submit/page/<int:page_id>/",
        require_admin_access(TranslatePageView.as_view()),
    ),
    *[
        path(
            f"admin/reports/{name}/{end}",
            require_admin_access(view.as_view(results_only=bool(end))),
        )
        for name, view in WORKFLOW_REPORTS.items()
        for end in ("", "results/")
    ],
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("people.urls")),
    path("accounts/", include("allauth.urls")),
    path("organisations/", include("people.organisations.urls")),
    path("api/v1/", api.urls),
    path("media/<path:path>", media.media, name="media"),
    path("demonstration/mail/", demonstration_mail, name="demonstration_mail"),
    path("help/", help.help_page, name="help"),
    path("help/card/", help.crisis_card, name="crisis_card"),
    path("help/lines/", help.lines_for_zone, name="help_lines"),
    path("learn/", learning.learn, name="learn"),
    path("learn/transcript/", transcript.transcript, name="transcript"),
    path("learn/transcript/<slug:size>.pdf", transcript.transcript_file, name="transcript_file"),
    path("offline/", offline.not_kept, name="offline"),
    path("offline/worker.js", offline.worker, name="offline_worker"),
    path("offline/modules/<uuid:module_key>/contents/", offline.contents, name="offline_contents"),
    path("offline/modules/<uuid:module_key>/", offline.module_copy, name="offline_module"),
    path(
        "offline/modules/<uuid:module_key>/lessons/<uuid:step_key>/",
        offline.lesson_copy,
        name="offline_lesson",
    ),
    path(
        "offline/modules/<uuid:module_key>/conversations/<uuid:step_key>/",
        offline.conversation_copy,
        name="offline_conversation",
    ),
    path(
        "learn/modules/<uuid:module_key>/workbook/<slug:size>.pdf",
        workbook.workbook,
        name="workbook",
    ),
    path("site.webmanifest", offline.manifest, name="manifest"),
    path("search/", search.search, name="search"),
    path("robots.txt", machines.robots, name="robots"),
    path(".well-known/security.txt", machines.security, name="security_txt"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("", include("deploy.urls")),
    path("", include("courses.urls")),
    path("", include("assessments.urls")),
    path("", include("practice.urls")),
    path("", include("certificates.urls")),
    # Every page, and after it where Wagtail asks for a page's password. Its own sign-in page,
    # which knows no second factor, stays out of reach: here it is taken for a page.
    re_path(r"^(?!_util/authenticate_with_password/)((?:[\w\-]+/)*)$", serve),
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        page_passwords.enter,
    ),
    path("", include(wagtail_urls)),
]
