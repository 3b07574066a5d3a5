import certificates.designs
from django.db import migrations, models


class Migration(migrations.Migration):
    """All that was issued before there was a choice was issued in the classic design."""

    dependencies = [
        ('certificates', '0007_plain_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='award',
            name='design',
            field=models.CharField(choices=certificates.designs.design_choices, default='classic', help_text='For certificates from now on. Those that were issued stay as they are.', max_length=40, verbose_name='design of the certificate'),
        ),
        migrations.AddField(
            model_name='credential',
            name='design',
            field=models.CharField(default='classic', editable=False, max_length=40),
        ),
    ]
