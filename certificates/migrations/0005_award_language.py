from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0004_award_within_bounds'),
    ]

    operations = [
        migrations.AddField(
            model_name='award',
            name='language',
            field=models.CharField(choices=[('en', 'English'), ('es', 'Español')], default='en', help_text='The one that the award is written in. The whole certificate is printed in it.', max_length=10, verbose_name='language'),
        ),
    ]
