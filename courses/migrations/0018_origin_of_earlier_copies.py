"""What the modules and lessons that there are came from.

Nothing recorded it, but Wagtail copied the versions of a page as they were: the oldest version of
a copy still says the translation key of the page that was copied.
"""

from uuid import UUID

from django.db import migrations


def origin_of(key, sources):
    """The first page in a line of copies of copies."""
    seen = set()
    while key in sources and key not in seen:
        seen.add(key)
        key = sources[key]
    return key


def sources_of_copies(pages, revisions):
    """From the key of each copy to that of the page that it was made after."""
    keys = {str(pk): key for pk, key in pages.values_list("pk", "translation_key")}
    sources = {}
    versions = revisions.order_by("pk").values_list("object_id", "content__translation_key")
    for page, key_then in versions.iterator():
        own = keys.get(page)
        if own is None or not key_then or UUID(key_then) == own:
            continue
        sources.setdefault(own, UUID(key_then))
    return sources


def remember_origins(apps, schema_editor):
    versions = apps.get_model("wagtailcore", "Revision").objects.filter(
        base_content_type__app_label="wagtailcore", base_content_type__model="page"
    )
    for name in ("modulepage", "lessonpage"):
        pages = apps.get_model("courses", name).objects.all()
        own = versions.filter(content_type__app_label="courses", content_type__model=name)
        sources = sources_of_copies(pages, own)
        for pk, key in pages.filter(origin_key=None).values_list("pk", "translation_key"):
            pages.filter(pk=pk).update(origin_key=origin_of(key, sources))


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0017_origin_of_copies"),
    ]

    operations = [
        migrations.RunPython(remember_origins, migrations.RunPython.noop),
    ]
