from django.db import migrations

from people.folding import fold_for_search


def fill_search_words(apps, schema_editor):
    """Folds the name of every credential that was issued before it was searched so."""
    credentials = apps.get_model("certificates", "Credential").objects
    for credential in credentials.only("pk", "name").iterator(chunk_size=500):
        words = fold_for_search(credential.name)[:400]
        credentials.filter(pk=credential.pk).update(search_words=words)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0003_search_words")]

    operations = [migrations.RunPython(fill_search_words, migrations.RunPython.noop)]
