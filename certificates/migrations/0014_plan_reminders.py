from datetime import date, timedelta

from django.db import migrations

STAGES = (90, 60, 30, 7)


def plan(apps, schema_editor):
    """Remind of the credentials that run out later, at every day that is still to come."""
    credentials = apps.get_model("certificates", "Credential").objects.filter(
        expires_on__gte=date.today(), followed_by=None, reminder=None
    )
    reminders = apps.get_model("certificates", "RenewalReminder").objects
    batch = []
    for pk, last_day in credentials.values_list("pk", "expires_on").iterator(chunk_size=1000):
        to_come = [last_day - timedelta(days=stage) for stage in STAGES]
        next_on = min((day for day in to_come if day > date.today()), default=None)
        batch.append(
            reminders.model(credential_id=pk, stages=list(STAGES), next_on=next_on)
        )
        if len(batch) == 1000:
            reminders.bulk_create(batch)
            batch = []
    reminders.bulk_create(batch)


def forget(apps, schema_editor):
    apps.get_model("certificates", "RenewalReminder").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("certificates", "0013_reminders")]

    operations = [migrations.RunPython(plan, forget)]
