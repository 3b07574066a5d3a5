from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0024_stamp_of_what_was_set_aside")]

    operations = [
        migrations.AddField(
            model_name="setasideform",
            name="was_turned_away",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]
