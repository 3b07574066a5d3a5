"""What erasure does to the models of the libraries: Wagtail's, the queue's and Django's."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult
from wagtail.admin.models import EditingSession
from wagtail.models import (
    APIToken,
    Comment,
    CommentReply,
    ModelLogEntry,
    PageSubscription,
    UploadedFile,
)
from wagtail.users.models import UserProfile

from people.fates import Fate, decide, keep
from people.models import User

SITE = _("It is the site itself, and about nobody.")
COURSE = _(
    "What staff wrote and put up is the course, which others learn by. Who did it is left as a "
    "number."
)
HISTORY = _("What became of a course stays, with who did it by number alone.")
STAFF = _("It is of use to its person alone.")

keep(
    SITE,
    "auth.Permission",
    "auth.Group",
    "contenttypes.ContentType",
    "lms.SiteSettings",
    "lms.HelpLine",
    "lms.ShippedPiece",
    "simple_translation.SimpleTranslation",
    "taggit.Tag",
    "taggit.TaggedItem",
    "wagtailadmin.Admin",
    "wagtailcore.Collection",
    "wagtailcore.CollectionViewRestriction",
    "wagtailcore.GroupApprovalTask",
    "wagtailcore.GroupCollectionPermission",
    "wagtailcore.GroupPagePermission",
    "wagtailcore.GroupSitePermission",
    "wagtailcore.Locale",
    "wagtailcore.PageViewRestriction",
    "wagtailcore.Site",
    "wagtailcore.Task",
    "wagtailcore.Workflow",
    "wagtailcore.WorkflowContentType",
    "wagtailcore.WorkflowPage",
    "wagtailcore.WorkflowTask",
    "wagtailembeds.Embed",
    "wagtailimages.Rendition",
    "wagtailredirects.Redirect",
    "lms.HomePage",
    "lms.StandardPage",
)
keep(
    _("It finds pages by their words, and ids by ids. People are not in it."),
    "wagtailcore.ReferenceIndex",
    "wagtailsearch.IndexEntry",
    *(
        model._meta.label
        for model in apps.get_app_config("wagtailsearch").get_models()
        if model._meta.managed and model.__name__ != "IndexEntry"
    ),
)
keep(
    _("No page of this site is a form of this kind, so there are none."),
    "wagtailforms.FormSubmission",
)
keep(COURSE, "wagtailcore.Page", by=("owner", "locked_by"), stays=("*",))
keep(COURSE, "wagtailcore.Revision", by=("user",), stays=("*",))
keep(COURSE, "wagtaildocs.Document", by=("uploaded_by_user",), stays=("*",))
keep(COURSE, "wagtailimages.Image", by=("uploaded_by_user",), stays=("*",))
keep(COURSE, "wagtailmedia.Media", by=("uploaded_by_user",), stays=("*",))
keep(HISTORY, "wagtailcore.WorkflowState", by=("requested_by",), stays=("*",))
keep(HISTORY, "wagtailcore.TaskState", by=("finished_by",), stays=("*",))
keep(HISTORY, "wagtailcore.PageLogEntry", by=("user",), stays=("*",))


def log_about(person: User) -> QuerySet[Any]:
    """The entries of Wagtail's history that are about an account: they hold its name."""
    entries: QuerySet[Any] = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk)
    )
    return entries


def tasks_naming(person: User) -> QuerySet[Any]:
    """Tasks that failed with somebody's name or address in what they said. The rest hold ids."""
    named = Q()
    for words in filter(None, (person.email, person.full_name)):
        for column in ("traceback", "args_kwargs", "return_value"):
            named |= Q(**{f"{column}__icontains": words})
    return DBTaskResult.objects.filter(named, finished_at__isnull=False)


decide(
    ModelLogEntry,
    Fate.ANONYMISE,
    HISTORY,
    find=log_about,
    by=("user",),
    blanks={"label": "", "data": {}},
    stays=("action", "object_id"),
    copied=("timestamp", "action"),
)
decide(
    DBTaskResult,
    Fate.DELETE,
    _("A task holds numbers. One that failed with a name in its words is deleted."),
    find=tasks_naming,
)
decide(
    UserProfile,
    Fate.DELETE,
    STAFF,
    person=("user",),
    files=("avatar",),
    copied=("preferred_language", "current_time_zone", "theme", "contrast", "density"),
)
decide(EditingSession, Fate.DELETE, STAFF, person=("user",))
decide(apps.get_model("wagtailadmin", "FormState"), Fate.DELETE, STAFF, person=("user",))
decide(APIToken, Fate.DELETE, STAFF, person=("user",), copied=("name", "prefix"))
decide(
    Comment,
    Fate.DELETE,
    STAFF,
    person=("user",),
    by=("resolved_by",),
    copied=("text", "created_at"),
)
decide(CommentReply, Fate.DELETE, STAFF, person=("user",), copied=("text", "created_at"))
decide(PageSubscription, Fate.DELETE, STAFF, person=("user",), copied=("page__title",))
decide(
    UploadedFile,
    Fate.DELETE,
    _("It was put up and never used."),
    person=("uploaded_by_user",),
    files=("file",),
)
