"""Lead trainers read what is sent for review, in place of the groups that Wagtail brings.

What a role may do is not here: it is in each app's `permissions` (decision 0015).
"""

from django.db import migrations

LEAD_TRAINERS = "Lead trainers"
OUR_WORKFLOW = "Read by a lead trainer"
WAGTAIL_GROUPS = ["Moderators", "Editors"]
WAGTAIL_WORKFLOW = "Moderators approval"


def remove_workflow(apps, db, name):
    apps.get_model("wagtailcore", "Workflow").objects.using(db).filter(name=name).delete()
    apps.get_model("wagtailcore", "Task").objects.using(db).filter(name=name).delete()


def make_workflow(apps, db, name, group):
    """A workflow of one task, which the group may do, for every page."""
    content_type, _is_new = (
        apps.get_model("contenttypes", "ContentType")
        .objects.using(db)
        .get_or_create(app_label="wagtailcore", model="groupapprovaltask")
    )
    task = (
        apps.get_model("wagtailcore", "GroupApprovalTask")
        .objects.using(db)
        .create(name=name, content_type=content_type, active=True)
    )
    task.groups.set([group])
    workflow = (
        apps.get_model("wagtailcore", "Workflow").objects.using(db).create(name=name, active=True)
    )
    apps.get_model("wagtailcore", "WorkflowTask").objects.using(db).create(
        workflow=workflow, task=task.task_ptr, sort_order=0
    )
    root = apps.get_model("wagtailcore", "Page").objects.using(db).filter(depth=1).first()
    apps.get_model("wagtailcore", "WorkflowPage").objects.using(db).update_or_create(
        page=root, defaults={"workflow": workflow}
    )


def use_our_workflow(apps, schema_editor):
    db = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(db)
    remove_workflow(apps, db, WAGTAIL_WORKFLOW)
    groups.filter(name__in=WAGTAIL_GROUPS).delete()
    lead_trainers, _is_new = groups.get_or_create(name=LEAD_TRAINERS)
    make_workflow(apps, db, OUR_WORKFLOW, lead_trainers)


def use_wagtails_workflow(apps, schema_editor):
    db = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(db)
    remove_workflow(apps, db, OUR_WORKFLOW)
    for name in WAGTAIL_GROUPS:
        groups.get_or_create(name=name)
    make_workflow(apps, db, WAGTAIL_WORKFLOW, groups.get(name=WAGTAIL_GROUPS[0]))


class Migration(migrations.Migration):
    dependencies = [
        ("lms", "0001_start"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(use_our_workflow, use_wagtails_workflow)]
