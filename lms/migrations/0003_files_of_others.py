"""Lead trainers use everybody's films and recordings, and put right what others uploaded."""

from importlib import import_module

from django.db import migrations

groups = import_module("lms.migrations.0002_groups")

# Wagtail lets people choose only those recordings that they may change.
MORE = {
    groups.LEAD_TRAINERS: {
        ("wagtailmedia", "media"): ["change_media"],
        ("wagtailimages", "image"): ["change_image"],
        ("wagtaildocs", "document"): ["change_document"],
    },
}


def give_more(apps, schema_editor):
    db = schema_editor.connection.alias
    for name, wanted in MORE.items():
        group = apps.get_model("auth", "Group").objects.using(db).filter(name=name).first()
        if group is not None:
            groups.give(apps, db, group, files=groups.all_of(apps, db, wanted))


def take_back(apps, schema_editor):
    db = schema_editor.connection.alias
    for name, wanted in MORE.items():
        apps.get_model("wagtailcore", "GroupCollectionPermission").objects.using(db).filter(
            group__name=name, permission__in=groups.all_of(apps, db, wanted)
        ).delete()


class Migration(migrations.Migration):
    dependencies = [("lms", "0002_groups")]

    operations = [migrations.RunPython(give_more, take_back)]
