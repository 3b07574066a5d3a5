"""The first version of a page or a question that came with the site is listed in its history.

Until now it was logged as a publication alone, to which Wagtail does not offer to go back.
"""

from django.db import migrations
from django.db.models import Min

MARK = {"first_version": True}
CREATE, PUBLISH = "wagtail.create", "wagtail.publish"


def first_revisions(apps, db, content_types):
    """The first revision of everything of these types."""
    revisions = apps.get_model("wagtailcore", "Revision").objects.using(db)
    of_these = revisions.filter(base_content_type__in=content_types)
    firsts = of_these.values("base_content_type", "object_id").annotate(first=Min("pk"))
    return revisions.filter(pk__in=[row["first"] for row in firsts])


def entry_fields(revision):
    return {
        "label": revision.object_str[:255],
        "action": CREATE,
        "timestamp": revision.created_at,
        "content_changed": True,
        "revision": revision,
        "content_type": revision.content_type,
        "user": revision.user,
        "data": MARK,
    }


def log_first_versions(apps, schema_editor):
    db = schema_editor.connection.alias
    types = apps.get_model("contenttypes", "ContentType").objects.using(db)
    for app, model, log, key in [
        ("wagtailcore", "page", "PageLogEntry", "page_id"),
        ("assessments", "question", "ModelLogEntry", "object_id"),
    ]:
        entries = apps.get_model("wagtailcore", log).objects.using(db)
        changes = entries.filter(revision__isnull=False).exclude(action=PUBLISH)
        logged = set(changes.values_list("revision", flat=True))
        found = first_revisions(apps, db, types.filter(app_label=app, model=model))
        for revision in found.select_related("content_type", "user"):
            if revision.pk not in logged:
                entries.create(**{key: revision.object_id}, **entry_fields(revision))


def forget_first_versions(apps, schema_editor):
    db = schema_editor.connection.alias
    for log in ("PageLogEntry", "ModelLogEntry"):
        entries = apps.get_model("wagtailcore", log).objects.using(db)
        entries.filter(action=CREATE, data__first_version=True).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("lms", "0003_captions"),
        ("assessments", "0003_start"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(log_first_versions, forget_first_versions)]
