"""Declares the first edition of every course from what is published of it on the day of the upgrade."""

from django.db import migrations
from django.utils import timezone

REASON = "What was published when course editions began."


def _declare(apps, schema_editor):
    CoursePage = apps.get_model("courses", "CoursePage")
    CourseEdition = apps.get_model("courses", "CourseEdition")
    courses = {}
    # The first that was made of several languages is the original.
    for course in CoursePage.objects.order_by("alias_of_id", "pk"):
        first = courses.setdefault(course.translation_key, course)
        if first.alias_of_id is not None and course.alias_of_id is None:
            courses[course.translation_key] = course
    for key, course in courses.items():
        if not CourseEdition.objects.filter(course_key=key).exists():
            _declare_one(apps, course)


def _declare_one(apps, course):
    rows = _steps_of(apps, course)
    if not rows:
        return
    modules = _modules_of(apps, course)
    edition = apps.get_model("courses", "CourseEdition").objects.create(
        course_key=course.translation_key,
        course=course,
        number=1,
        in_order=course.order == "in_order",
        competencies=_competencies(apps, [page.pk for _module, page, _kind in rows]),
        reason=REASON,
        declared_at=timezone.now(),
    )
    EditionModule = apps.get_model("courses", "EditionModule")
    EditionModule.objects.bulk_create(
        EditionModule(
            edition=edition, place=place, key=page.translation_key, title=page.title, code=page.code
        )
        for place, page in enumerate(modules)
    )
    EditionStep = apps.get_model("courses", "EditionStep")
    EditionStep.objects.bulk_create(
        EditionStep(
            edition=edition,
            place=place,
            module_key=module and module.translation_key,
            key=page.translation_key,
            kind=kind,
            title=page.title,
            code=getattr(page, "code", ""),
            required=page.required,
            minutes=page.minutes,
            exercise_minutes=getattr(page, "exercise_minutes", 0),
            **_content(apps, page, kind),
        )
        for place, (module, page, kind) in enumerate(rows)
    )


def _modules_of(apps, course):
    pages = apps.get_model("courses", "ModulePage").objects
    return list(
        pages.filter(path__startswith=course.path, depth=course.depth + 1, live=True).order_by("path")
    )


def _steps_of(apps, course):
    """Module or None, page and kind of each published step, in the order of the course."""
    steps = []
    for app, model, kind in (
        ("courses", "LessonPage", "lesson"),
        ("assessments", "QuizPage", "quiz"),
    ):
        pages = apps.get_model(app, model).objects.filter(path__startswith=course.path, live=True)
        steps += [(page, kind) for page in pages]
    steps.sort(key=lambda pair: pair[0].path)
    groups = [(module.path, module) for module in _modules_of(apps, course)]
    groups.append((course.path, None))
    return [
        (module, page, kind)
        for path, module in groups
        for page, kind in steps
        if page.path.startswith(path) and page.depth == len(path) // 4 + 1
    ]


def _content(apps, page, kind):
    if kind == "quiz":
        same = apps.get_model("assessments", "QuizPage").objects.filter(
            translation_key=page.translation_key
        )
        quizzes = sorted(set(same.values_list("quiz_id", flat=True)))
        return {"subject_ids": quizzes, "parts": 0, "exercises": 0}
    kinds = [block["type"] for block in page.body.raw_data]
    begins_unmarked = not kinds or kinds[0] != "part"
    return {
        "parts": kinds.count("part") + begins_unmarked,
        "exercises": kinds.count("reflection"),
    }


def _competencies(apps, page_ids):
    rows = apps.get_model("courses", "LessonPage").competencies.through.objects.filter(
        lessonpage__in=page_ids
    )
    taught = {row.competency for row in rows.select_related("competency__group")}
    return [
        {
            "code": each.code,
            "name": each.name,
            "group": each.group.name if each.group else "",
        }
        for each in sorted(taught, key=_place_of)
    ]


def _place_of(competency):
    group = competency.group
    return (group is None, group.place if group else 0, group.name if group else "", competency.code)


def _go_back(apps, schema_editor):
    """Nothing: the tables themselves go with the migration before this one."""


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0004_wants_talk"),
        ("courses", "0006_course_editions"),
    ]

    operations = [migrations.RunPython(_declare, _go_back, elidable=True)]
