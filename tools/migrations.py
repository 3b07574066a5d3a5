"""Whether a migration can be applied while the release before it still serves: see decision 0087.

Each rule has a reason. A migration that breaks one on purpose says so in ACCEPTED, and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState

APPS = ("people", "courses", "assessments", "practice", "certificates", "lms")

BEGINS_AFTER = {
    "people": 14,
    "courses": 13,
    "assessments": 7,
    "practice": 5,
    "certificates": 10,
    "lms": 7,
}
"""The numbers up to which nothing was ever released, so that nothing served while they ran."""

ACCEPTED: dict[str, str] = {
    "courses.0019_completions_of_a_page": (
        "an index of all completions: one pass over the table, in which nobody can finish a lesson; "
        "three seconds for 400,000 on a busy machine"
    ),
    "certificates.0021_badges": (
        "an index of the credentials that are not signed yet, which is all of them when it is built: "
        "one pass over the table, in which nobody can be issued anything; a second for a million"
    ),
    "certificates.0022_daily_roots": (
        "an index of the credentials whose file is under no daily root yet, which is all of them when "
        "it is built: one pass over the table as well"
    ),
}
"""Migrations that break a rule on purpose, as `app.0001_name`, and why that harms nobody."""

GROWING = {
    *("people.user", "people.letter", "people.act"),
    *("courses.enrolment", "courses.completion", "courses.opening", "courses.studiedpart"),
    *("assessments.attempt", "assessments.responsestep", "assessments.paperitem"),
    *("assessments.result", "assessments.mark"),
    *("certificates.credential", "certificates.credentialevent"),
}
"""The tables that have a million rows one day: what locks them is felt."""

BREAKS_OLD_CODE = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)
DATA = (migrations.RunPython, migrations.RunSQL)


def problems() -> Iterator[str]:
    """A sentence for each rule that a migration of ours breaks."""
    loader = MigrationLoader(None)
    for app, name in loader.graph.nodes:
        if app not in APPS or int(name[:4]) <= BEGINS_AFTER[app] or f"{app}.{name}" in ACCEPTED:
            continue
        state = loader.project_state((app, name), at_end=False)
        for problem in problems_of(loader.graph.nodes[app, name], state):
            yield f"{app}.{name}: {problem}"


def problems_of(migration: Migration, state: ProjectState) -> Iterator[str]:
    """What one migration does that hurts, on top of a state of the models."""
    operations = migration.operations
    is_data = [isinstance(each, DATA) for each in operations]
    if any(is_data) and not all(is_data):
        yield "it changes tables and rows at once; PostgreSQL keeps the table locked for both"
    for operation in operations:
        yield from _problems_of_operation(migration.app_label, operation, state)
        operation.state_forwards(migration.app_label, state)


def _problems_of_operation(app: str, operation: Any, state: ProjectState) -> Iterator[str]:
    if isinstance(operation, DATA) and not operation.reversible:
        yield "it has no way back"
    if isinstance(operation, BREAKS_OLD_CODE):
        yield f"{operation.describe()}: the release before still asks for it"
    if isinstance(operation, migrations.AddField) and not _may_be_left_out(operation.field):
        yield f"{operation.describe()}: rows of the release before have no value for it"
    if isinstance(operation, migrations.AlterField):
        yield from _problems_of_change(app, operation, state)
    if _locks(operation) and f"{app}.{operation.model_name.lower()}" in GROWING:
        yield f"{operation.describe()}: nobody can write to it while it is built"


def _may_be_left_out(field: Any) -> bool:
    """Whether a row can be added without naming this column."""
    return field.many_to_many or field.null or field.has_db_default()


def _locks(operation: Any) -> bool:
    is_plain = isinstance(operation, migrations.AddIndex | migrations.AddConstraint)
    return is_plain and not isinstance(operation, AddIndexConcurrently | AddConstraintNotValid)


def _problems_of_change(
    app: str, operation: migrations.AlterField, state: ProjectState
) -> Iterator[str]:
    before: Any = state.models[app, operation.model_name.lower()].fields[operation.name]
    after: Any = operation.field
    if _column(before) != _column(after):
        yield f"{operation.describe()}: the whole table is written anew"
    if before.null and not after.null:
        yield f"{operation.describe()}: the release before still writes rows without it"


def _column(field: models.Field[Any, Any]) -> tuple[str, bool]:
    """The kind of a column, as far as changing it rewrites rows: a longer text does not."""
    return field.get_internal_type(), field.primary_key
