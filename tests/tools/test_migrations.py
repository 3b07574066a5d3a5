"""A migration that would hurt the release that still serves is found before it is merged."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from tools.migrations import ACCEPTED, APPS, BEGINS_AFTER, GROWING, problems, problems_of


def nothing(apps, schema_editor):
    pass


def state():
    made = ProjectState()
    fields = [
        ("id", models.AutoField(primary_key=True)),
        ("name", models.CharField(max_length=20)),
        ("at", models.DateTimeField(null=True)),
    ]
    made.add_model(ModelState("certificates", "Credential", fields))
    made.add_model(ModelState("certificates", "Award", list(fields)))
    return made


def found(*operations):
    migration = migrations.Migration("0099_next", "certificates")
    migration.operations = list(operations)
    return " ".join(problems_of(migration, state()))


INDEX = models.Index(fields=["name"], name="by_name")


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (migrations.RemoveField("credential", "name"), "still asks for it"),
        (migrations.RenameField("credential", "name", "title"), "still asks for it"),
        (migrations.RenameModel("Award", "Badge"), "still asks for it"),
        (migrations.DeleteModel("Award"), "still asks for it"),
        (migrations.AddField("award", "x", models.IntegerField(default=1)), "have no value"),
        (migrations.AlterField("award", "name", models.TextField()), "written anew"),
        (migrations.AlterField("award", "at", models.DateTimeField()), "still writes rows"),
        (migrations.AddIndex("credential", INDEX), "nobody can write"),
        (
            migrations.AddConstraint(
                "credential", models.UniqueConstraint(fields=["name"], name="one_name")
            ),
            "nobody can write",
        ),
        (migrations.RunPython(nothing), "no way back"),
        (migrations.RunSQL("SELECT 1"), "no way back"),
    ],
)
def test_what_hurts_is_found(operation, words):
    assert words in found(operation)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("credential", "x", models.IntegerField(null=True)),
        migrations.AddField("credential", "x", models.IntegerField(db_default=1)),
        migrations.AddField("credential", "x", models.ManyToManyField("certificates.award")),
        migrations.AlterField("credential", "name", models.CharField(max_length=40)),
        migrations.AlterField("credential", "name", models.CharField(max_length=20, null=True)),
        migrations.AddIndex("award", INDEX),
        AddIndexConcurrently("credential", INDEX),
        migrations.CreateModel("Seal", [("id", models.AutoField(primary_key=True))]),
        migrations.RunPython(nothing, nothing),
        migrations.RunSQL("SELECT 1", migrations.RunSQL.noop),
    ],
)
def test_what_hurts_nobody_passes(operation):
    assert found(operation) == ""


def test_tables_and_rows_are_changed_apart():
    added = migrations.AddField("award", "x", models.IntegerField(null=True))
    assert "at once" in found(added, migrations.RunPython(nothing, nothing))


def test_ours_hurt_nobody_and_what_is_accepted_is_there():
    assert list(problems()) == []
    names = {f"{app}.{name}" for app, name in MigrationLoader(None).graph.nodes}
    assert set(ACCEPTED) <= names
    assert set(BEGINS_AFTER) == set(APPS)


def test_the_rules_begin_with_a_migration_that_is_there():
    nodes = MigrationLoader(None).graph.nodes
    for app, number in BEGINS_AFTER.items():
        assert number <= max(int(name[:4]) for each, name in nodes if each == app), app


def test_the_tables_that_grow_are_there():
    for label in GROWING:
        apps.get_model(label)
