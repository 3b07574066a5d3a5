"""Who may do what in the staff pages, and the reading that comes before publishing."""

from django.db import migrations

from assessments.kinds import KINDS

TRAINERS = "Trainers"
LEAD_TRAINERS = "Lead trainers"
ASSESSORS = "Assessors"
REGISTRARS = "Registrars"

OPEN_STAFF_PAGES = {("wagtailadmin", "admin"): ["access_admin"]}

QUESTIONS = ["question", *(kind.replace("_", "") for kind in KINDS)]
AROUND_QUESTIONS = ["quiz", "draw"]
AROUND_COURSES = ["competency", "hourscheme"]


def actions(app_label, models, *verbs):
    """Such as {("courses", "quiz"): ["add_quiz", "view_quiz"]}."""
    return {(app_label, model): [f"{verb}_{model}" for verb in verbs] for model in models}


def together(*parts):
    whole = {}
    for part in parts:
        for model, codenames in part.items():
            whole.setdefault(model, []).extend(codenames)
    return whole


WRITE = together(
    OPEN_STAFF_PAGES,
    actions("assessments", QUESTIONS + AROUND_QUESTIONS, "add", "change", "view"),
    actions("courses", AROUND_COURSES, "add", "change", "view"),
)
PERMISSIONS = {
    TRAINERS: WRITE,
    LEAD_TRAINERS: together(WRITE, actions("assessments", QUESTIONS, "publish")),
    ASSESSORS: together(OPEN_STAFF_PAGES, actions("assessments", QUESTIONS, "view")),
    REGISTRARS: together(
        OPEN_STAFF_PAGES,
        actions(
            "certificates",
            ["award", "issuer", "statement", "statementversion", "credential"],
            "add",
            "change",
            "view",
        ),
        actions("certificates", ["credentialevent", "requirement", "attestation"], "view"),
    ),
}

WRITE_PAGES = ["add_page", "change_page"]
PAGES = {
    TRAINERS: WRITE_PAGES,
    LEAD_TRAINERS: [*WRITE_PAGES, "publish_page", "lock_page", "unlock_page"],
}
FILES = together(
    {("wagtailimages", "image"): ["add_image", "choose_image"]},
    {("wagtaildocs", "document"): ["add_document", "choose_document"]},
    {("wagtailmedia", "media"): ["add_media"]},
)
COLLECTIONS = {TRAINERS: FILES, LEAD_TRAINERS: FILES}

READING = "Read by a lead trainer"

WAGTAILS_OWN = ["Moderators", "Editors"]
WAGTAILS_READING = "Moderators approval"

# What Django and Wagtail call the permissions that they would make after migrating.
NAMES = {
    "access_admin": "Can access Wagtail admin",
    "choose_image": "Can choose image",
    "choose_document": "Can choose document",
    "publish_page": "Publish any page",
    "lock_page": "Lock/unlock pages you've locked",
    "unlock_page": "Unlock any page",
}


def permission(apps, db, app_label, model, codename):
    """The permission, made now if the signal that makes it has not run yet."""
    kind, _made = (
        apps.get_model("contenttypes", "ContentType")
        .objects.using(db)
        .get_or_create(app_label=app_label, model=model)
    )
    verb = codename.split("_", 1)[0]
    try:
        called = apps.get_model(app_label, model)._meta.verbose_name_raw
    except LookupError:
        called = model
    found, _made = (
        apps.get_model("auth", "Permission")
        .objects.using(db)
        .get_or_create(
            content_type=kind,
            codename=codename,
            defaults={"name": NAMES.get(codename, f"Can {verb} {called}")},
        )
    )
    return found


def all_of(apps, db, wanted):
    return [
        permission(apps, db, app_label, model, codename)
        for (app_label, model), codenames in wanted.items()
        for codename in codenames
    ]


def page_permissions(apps, db, codenames):
    return all_of(apps, db, {("wagtailcore", "page"): codenames})


def root_page(apps, db):
    return apps.get_model("wagtailcore", "Page").objects.using(db).filter(depth=1).first()


def root_collection(apps, db):
    return apps.get_model("wagtailcore", "Collection").objects.using(db).filter(depth=1).first()


def give(apps, db, group, *, permissions=(), pages=(), files=()):
    group.permissions.add(*permissions)
    may_with_pages = apps.get_model("wagtailcore", "GroupPagePermission").objects.using(db)
    may_with_files = apps.get_model("wagtailcore", "GroupCollectionPermission").objects.using(db)
    for one in pages:
        may_with_pages.get_or_create(group=group, page=root_page(apps, db), permission=one)
    for one in files:
        may_with_files.get_or_create(
            group=group, collection=root_collection(apps, db), permission=one
        )


def make_reading(apps, db, name, groups):
    """A workflow of one task, which any of the groups may do, for every page."""
    kind, _made = (
        apps.get_model("contenttypes", "ContentType")
        .objects.using(db)
        .get_or_create(app_label="wagtailcore", model="groupapprovaltask")
    )
    task = (
        apps.get_model("wagtailcore", "GroupApprovalTask")
        .objects.using(db)
        .create(name=name, content_type=kind, active=True)
    )
    task.groups.set(groups)
    workflow = apps.get_model("wagtailcore", "Workflow").objects.using(db).create(
        name=name, active=True
    )
    apps.get_model("wagtailcore", "WorkflowTask").objects.using(db).create(
        workflow=workflow, task=task.task_ptr, sort_order=0
    )
    apps.get_model("wagtailcore", "WorkflowPage").objects.using(db).update_or_create(
        page=root_page(apps, db), defaults={"workflow": workflow}
    )


def remove_reading(apps, db, name):
    apps.get_model("wagtailcore", "Workflow").objects.using(db).filter(name=name).delete()
    apps.get_model("wagtailcore", "Task").objects.using(db).filter(name=name).delete()


def make_groups(apps, schema_editor):
    db = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(db)
    remove_reading(apps, db, WAGTAILS_READING)
    groups.filter(name__in=WAGTAILS_OWN).delete()
    for name, wanted in PERMISSIONS.items():
        group, _made = groups.get_or_create(name=name)
        give(
            apps,
            db,
            group,
            permissions=all_of(apps, db, wanted),
            pages=page_permissions(apps, db, PAGES.get(name, [])),
            files=all_of(apps, db, COLLECTIONS.get(name, {})),
        )
    make_reading(apps, db, READING, groups.filter(name=LEAD_TRAINERS))


def give_back_wagtails_own(apps, schema_editor):
    db = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(db)
    remove_reading(apps, db, READING)
    groups.filter(name__in=PERMISSIONS).delete()
    for name in WAGTAILS_OWN:
        group, _made = groups.get_or_create(name=name)
        also = ["publish_page", "lock_page", "unlock_page"] if name == "Moderators" else []
        give(
            apps,
            db,
            group,
            permissions=all_of(apps, db, OPEN_STAFF_PAGES),
            pages=page_permissions(apps, db, [*WRITE_PAGES, *also]),
            files=all_of(apps, db, FILES),
        )
    make_reading(apps, db, WAGTAILS_READING, groups.filter(name="Moderators"))


class Migration(migrations.Migration):
    dependencies = [
        ("lms", "0001_initial"),
        ("people", "0002_cache_table"),
        ("courses", "0002_initial"),
        ("assessments", "0003_initial"),
        ("certificates", "0002_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailmedia", "0005_alter_media_options"),
    ]

    operations = [migrations.RunPython(make_groups, give_back_wagtails_own)]
