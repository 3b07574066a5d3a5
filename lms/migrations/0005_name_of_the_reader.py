"""The workflow is named for who reads: “Submit to a lead trainer”."""

from django.db import migrations

OLD_NAME = "Read by a lead trainer"
NEW_NAME = "Lead trainer"


def rename(apps, schema_editor, old, new):
    db = schema_editor.connection.alias
    for model in ("Workflow", "Task"):
        apps.get_model("wagtailcore", model).objects.using(db).filter(name=old).update(name=new)


def name_the_reader(apps, schema_editor):
    rename(apps, schema_editor, OLD_NAME, NEW_NAME)


def name_the_reading(apps, schema_editor):
    rename(apps, schema_editor, NEW_NAME, OLD_NAME)


class Migration(migrations.Migration):
    dependencies = [
        ("lms", "0004_first_versions"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(name_the_reader, name_the_reading)]
