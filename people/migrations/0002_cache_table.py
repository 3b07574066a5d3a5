from django.core.management import call_command
from django.db import migrations


def create_cache_table(apps, schema_editor):
    """Makes the table that limits are counted in; where that is kept in Redis, nothing."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_start")]

    operations = [
        # On the way back the table stays: it holds nothing that lasts.
        migrations.RunPython(create_cache_table, migrations.RunPython.noop),
    ]
