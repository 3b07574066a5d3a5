from django.db import migrations

from people.folding import fold_for_search


def fill_search_words(apps, schema_editor):
    """Folds the name and the address of everyone who joined before they were searched so."""
    people = apps.get_model("people", "User").objects
    for person in people.only("pk", "full_name", "email").iterator(chunk_size=500):
        words = fold_for_search(f"{person.full_name} {person.email}")[:400]
        people.filter(pk=person.pk).update(search_words=words)


class Migration(migrations.Migration):
    dependencies = [("people", "0003_search_words")]

    operations = [migrations.RunPython(fill_search_words, migrations.RunPython.noop)]
