from django.db import migrations


def take_over_time_zones(apps, schema_editor):
    """Takes over the time zone that somebody gave the staff pages and not their account.

    From then on the staff pages have no zone and no language of their own: theirs mirror the
    account's.
    """
    people = apps.get_model("people", "User").objects
    profiles = apps.get_model("wagtailusers", "UserProfile").objects
    for profile in profiles.select_related("user").iterator(chunk_size=500):
        person = profile.user
        if person.time_zone == "UTC" and profile.current_time_zone:
            person.time_zone = profile.current_time_zone
            people.filter(pk=person.pk).update(time_zone=person.time_zone)
        profiles.filter(pk=profile.pk).update(
            current_time_zone=person.time_zone[:40], preferred_language=person.language
        )


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_fill_search_words"),
        ("wagtailusers", "0015_userprofile_keyboard_shortcuts"),
    ]

    operations = [migrations.RunPython(take_over_time_zones, migrations.RunPython.noop)]
