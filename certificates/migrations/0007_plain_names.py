from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns take the words of the glossary: replaces, lease, notify. Nothing stored changes."""

    dependencies = [
        ('certificates', '0006_word_of_changes'),
    ]

    operations = [
        migrations.RenameField('credential', 'supersedes', 'replaces'),
        migrations.AlterField(
            model_name='credential',
            name='replaces',
            field=models.OneToOneField(editable=False, null=True, on_delete=models.deletion.PROTECT, related_name='replaced_by', to='certificates.credential'),
        ),
        migrations.RenameField('credential', 'in_hand_until', 'leased_until'),
        # An index with a condition does not follow a renamed column.
        migrations.RemoveIndex('credentialevent', 'changes_to_tell'),
        migrations.RenameField('credentialevent', 'to_tell', 'notify_holder'),
        migrations.RenameField('credentialevent', 'told_at', 'notified_at'),
        migrations.AddIndex(
            model_name='credentialevent',
            index=models.Index(condition=models.Q(('notified_at', None), ('notify_holder', True)), fields=['credential'], name='notices_due'),
        ),
    ]
