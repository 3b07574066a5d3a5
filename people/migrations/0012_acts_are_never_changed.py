"""The database itself refuses to change or delete an act, whoever asks."""

from django.db import migrations

SQLITE = [
    "CREATE TRIGGER acts_are_not_changed BEFORE UPDATE ON people_act "
    "BEGIN SELECT RAISE(ABORT, 'an act in the log is never changed'); END",
    "CREATE TRIGGER acts_are_not_deleted BEFORE DELETE ON people_act "
    "BEGIN SELECT RAISE(ABORT, 'an act in the log is never deleted'); END",
]
SQLITE_BACK = ["DROP TRIGGER acts_are_not_changed", "DROP TRIGGER acts_are_not_deleted"]

POSTGRES = [
    "CREATE FUNCTION refuse_to_change_acts() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION 'an act in the log is never changed or deleted'; END $$",
    "CREATE TRIGGER acts_are_not_changed BEFORE UPDATE OR DELETE ON people_act "
    "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_acts()",
    "CREATE TRIGGER acts_are_not_deleted BEFORE TRUNCATE ON people_act "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_acts()",
]
POSTGRES_BACK = [
    "DROP TRIGGER acts_are_not_changed ON people_act",
    "DROP TRIGGER acts_are_not_deleted ON people_act",
    "DROP FUNCTION refuse_to_change_acts()",
]


def guard(apps, schema_editor):
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRES if is_postgres else SQLITE:
        schema_editor.execute(statement)


def leave_unguarded(apps, schema_editor):
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRES_BACK if is_postgres else SQLITE_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0011_acts'),
    ]

    operations = [
        migrations.RunPython(guard, leave_unguarded),
    ]
