"""What was said to the offer of a talk is named for what it says."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0003_start")]

    operations = [migrations.RenameField("talkanswer", "wanted", "wants_talk")]
