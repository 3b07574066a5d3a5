import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0003_credential_in_hand'),
    ]

    operations = [
        migrations.AlterField(
            model_name='award',
            name='active',
            field=models.BooleanField(default=False, help_text='Tick this when the award is ready. From then on it is issued, by the site itself, to everyone who meets all that it asks. One that asks for nothing is issued by hand only.', verbose_name='may be earned'),
        ),
        migrations.AlterField(
            model_name='award',
            name='description',
            field=models.TextField(help_text='Printed on the certificate, after the name, which begins the sentence. A sentence or two, of 400 letters at most.', max_length=400, verbose_name='what it certifies'),
        ),
        migrations.AlterField(
            model_name='award',
            name='limits',
            field=models.TextField(blank=True, help_text='Printed in small type, and on the check page. 400 letters at most.', max_length=400, verbose_name='what it is not'),
        ),
        migrations.AlterField(
            model_name='award',
            name='valid_months',
            field=models.PositiveSmallIntegerField(blank=True, help_text='From 1 to 600. Leave empty for always.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600)], verbose_name='valid for (months)'),
        ),
    ]
