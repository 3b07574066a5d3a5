from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0018_origin_of_earlier_copies'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='completion',
            index=models.Index(fields=['page_key', 'enrolment'], name='completions_of_a_page'),
        ),
    ]
