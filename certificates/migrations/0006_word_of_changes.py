from django.db import migrations, models


class Migration(migrations.Migration):
    """Of what happened before this no word is owed: `to_tell` is false for every row there is."""

    dependencies = [
        ('certificates', '0005_award_language'),
    ]

    operations = [
        migrations.AddField(
            model_name='credentialevent',
            name='to_tell',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='credentialevent',
            name='told_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='holder told'),
        ),
        migrations.AddIndex(
            model_name='credentialevent',
            index=models.Index(condition=models.Q(('to_tell', True), ('told_at', None)), fields=['credential'], name='changes_to_tell'),
        ),
    ]
