"""No query that a request, a staff list or the scheduler makes reads a growing table whole.

With ten thousand learners, the tables of what they did have a million rows: a query that walks
through one takes seconds, and in the scheduler it takes them every minute.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.client import Answer
from certificates.issuing import issue_if_earned
from deploy import scheduling
from tests import make
from tests.query_plans import each_once, growing_tables, shape_of, tables_read_whole
from tests.site.addresses import filled, one_of_each

pytestmark = pytest.mark.django_db

GROWN = Path(__file__).with_name("grown_statistics.json")
"""What ANALYZE counted on the site that `python -m bench.growing` makes."""

STAFFS_OWN = {
    "assessments_remarking": "a decision of staff, a few a year",
    "certificates_bulkchange": "what registrars do to many at once, kept for half a year",
    "certificates_bulkchangeline": "their lines, which go with them",
    "certificates_bulkissue": "tables that registrars upload, kept for half a year",
    "certificates_bulkline": "their lines, which go with them",
    "certificates_proposal": "what registrars propose to each other, decided one by one",
    "certificates_credentialreview": "the work that a re-marking leaves, done one by one",
    "certificates_holderrequest": "what holders ask of registrars, answered one by one",
    "courses_coursetrainer": "who teaches a course",
    "courses_proposedchange": "what staff propose, a few a year",
    "certificates_delivery": "what is sent to programs of organisations, kept for a year",
    "certificates_digestwish": "members who want a letter",
    "certificates_webhook": "one for each organisation",
    "people_apikey": "keys of organisations, ten in use for each",
    "people_membership": "who checks certificates for an organisation",
    "people_organisationinvitation": "whom they invite, gone after two weeks",
    "people_user_groups": "the roles of staff",
    "people_user_user_permissions": "the rights of staff",
    "wagtailadmin_editingsession": "who has an editor open now",
    "wagtailadmin_formstate": "what an editor folded away",
    "wagtailcore_apitoken": "keys of staff",
    "wagtailcore_comment": "what editors write to each other",
    "wagtailcore_commentreply": "what editors write to each other",
    "wagtailcore_pagesubscription": "which pages editors follow",
    "wagtailusers_userprofile": "the settings of staff",
}
"""Tables whose rows belong to a person, and yet do not grow with the learners."""

LOCKED_PAGES = 'SELECT DISTINCT "people_user"*"wagtailcore_page"."locked_by_id"*'

READ_WHOLE = {
    'SELECT COUNT(*) AS "__count" FROM "people_user"': "how many accounts there are, from an index",
    'SELECT COUNT(*) AS "__count" FROM "certificates_credential"': (
        "how long the register is, from an index"
    ),
    'SELECT COUNT(*) AS "__count" FROM "courses_enrolment" WHERE *"retaken_at" IS NULL*': (
        "how many learners there are, of all or of one state: each place is looked at, 0.02 s for "
        "10,000"
    ),
    'SELECT COUNT(*) AS "__count" FROM "courses_enrolment" INNER JOIN "people_user" ON (*) WHERE '
    '("courses_enrolment"."retaken_at" IS NULL AND "people_user"."search_words" LIKE *)': (
        "how many learners have a name: each is looked at, as in the list itself"
    ),
    'SELECT COUNT(*) AS "__count" FROM "assessments_attempt" LEFT OUTER JOIN '
    '"assessments_talkanswer" ON (*) WHERE "assessments_attempt"."retry_of_id" IS NULL': (
        "how long the list of tries is, from an index"
    ),
    'SELECT COUNT(*) FROM (SELECT DISTINCT "people_user"*"people_user_user_permissions"*': (
        "Wagtail's list of who has a permission, as Wagtail asks for it"
    ),
    'SELECT "people_user"* FROM "people_user" WHERE (NOT (EXISTS(*"certificates_credential"*': (
        "who is owed an award: each person who holds none is asked by their own rows, 0.01 s "
        "for 10,000"
    ),
    'SELECT "courses_enrolment"* FROM "courses_enrolment" WHERE ("courses_enrolment"."retaken_at" IS '
    'NULL AND NOT EXISTS(*"courses_completion"*': (
        "whose course is complete: on SQLite each place is asked for what comes last"
    ),
    'SELECT "courses_enrolment"*WHERE *"courses_enrolment"."retaken_at" IS NULL* ORDER BY '
    '"courses_enrolment"."enrolled_at" DESC, "courses_enrolment"."id" ASC LIMIT *': (
        "the learners of one state: each place is looked at, 0.02 s for 10,000"
    ),
    'SELECT "people_setasideform"."id" AS "pk" * WHERE "people_setasideform"."set_aside_at" < *': (
        "what was set aside: none of it is kept for longer than a month"
    ),
    'SELECT "certificates_credential"* WHERE *NOT ("certificates_credential"."pdf" = *': (
        "check_files, once a day: it opens the file of each certificate"
    ),
    'SELECT "certificates_renewalevidence"* WHERE (NOT ("certificates_renewalevidence"."file" = *': (
        "check_files, once a day: it looks for the file of each entry"
    ),
    'SELECT "certificates_credentialevent"* FROM "certificates_credentialevent" ORDER BY ?*': (
        "verify_log, once a day: it compares every event with the log"
    ),
    'SELECT "certificates_watch"*WHERE ("certificates_watch"."ended_at" IS NULL AND (EXISTS(*"number" '
    '> ("certificates_watch"."seen_number"))*': (
        "of which watched certificates an organisation is to be told: each open watch is asked for "
        "a newer event by its certificate's own rows; not measured on a grown site yet"
    ),
    'SELECT "people_user"*"certificates_watch" *"told_at" IS NULL*"told_at" > *': (
        "which holders are to be told that they are watched; not measured on a grown site yet"
    ),
    'SELECT "certificates_watch"."id" AS "pk" * WHERE ("certificates_watch"."ended_at" < * LIMIT ?': (
        "watches that ended, once a day: none is kept for longer than a year after"
    ),
    'SELECT "certificates_sharelink"."id" AS "pk" * WHERE ("certificates_sharelink"."ends_at" < *': (
        "links that ended, once a day: none is kept for longer than 90 days after"
    ),
    'SELECT "practice_returnwish"*"mailed_at" IS NULL*"practice_returnwish"."by_mail"*': (
        "whoever chose a letter when something comes back: each is asked by their own rows"
    ),
    'SELECT "account_emailconfirmation"."id" AS "pk" * WHERE "account_emailconfirmation"."created" *': (
        "links that confirm an address: gone after a week"
    ),
    'SELECT "usersessions_usersession"."id" AS "pk" * WHERE (NOT EXISTS(*"django_session"*': (
        "sign-ins whose session is over: gone within a day, so the table holds those at work"
    ),
    LOCKED_PAGES: "Wagtail's report of locked pages, as Wagtail asks it",
}
"""The only queries that may read a growing table whole, each with the reason. A * stands for
anything, and ? for a value."""

BY_WHAT_WAS_COUNTED = {LOCKED_PAGES}
"""Of these SQLite reads an index or not by what it last counted, so that none is called needless."""

READ_WHOLE_BY_POSTGRESQL = {
    "SELECT attempt.*CROSS JOIN assessments_attempt attempt*": (
        "a learner's tries of a quiz: of so few rows it walks whichever index is smallest"
    ),
    'SELECT "assessments_attempt"."started_at" *"courses_enrolment"."learner_id" = *': (
        "a learner's tries of an hour, in the same way"
    ),
    'SELECT "certificates_renewalreminder"*"certificates_renewalreminder"."next_on" <= *': (
        "whom to remind today, in the same way"
    ),
    'SELECT * FROM "assessments_remarknotice" *"assessments_remarknotice"."notified_at" IS NULL*': (
        "what a re-marking still has to say, in the same way"
    ),
    'SELECT COUNT(*) AS "__count" FROM "assessments_remarkedattempt" WHERE *"outcome" = ?': (
        "what a re-marking still has to mark, in the same way"
    ),
    'SELECT * FROM "certificates_watch" *"certificates_watch"."credential_id" = *': (
        "who watches one certificate, in the same way"
    ),
    'SELECT "certificates_watch"*"told_at" IS NULL AND "certificates_credential"."holder_id" = *': (
        "of which watches a holder is to be told, in the same way"
    ),
}
"""What PostgreSQL reads whole besides, with no other way allowed that is quicker for a few rows."""

LISTS = [
    "/admin/learners/?q=person",
    "/admin/learners/?state=complete",
    "/admin/learners/?state=under_way",
    "/admin/learners/?p=2",
    "/admin/attempts/?p=2",
    "/admin/attempts/?outcome=waiting",
    "/admin/attempts/?outcome=talk",
    "/admin/credentials/?ordering=issued_on",
    "/admin/credentials/?year=2026",
    "/admin/credentials/?certificate=not_made",
]


@pytest.fixture(
    params=[
        pytest.param("without statistics", marks=pytest.mark.drill),
        "with those of a grown site",
    ]
)
def statistics(request, world):
    """What the database knows of the size of its tables. It chooses by it how to answer."""
    if request.param == "without statistics":
        if connection.vendor != "sqlite":
            forget_what_was_counted()
        return
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is asked for the plan that needs no whole table.")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("DELETE FROM sqlite_stat1")
        rows = json.loads(GROWN.read_text())
        # Whatever was empty there has a few rows on a real site.
        tables = {table for table, *_ in rows}
        others = set(connection.introspection.table_names(cursor)) - tables
        rows += [(table, None, "200") for table in sorted(others)]
        cursor.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", rows)
        cursor.execute("ANALYZE sqlite_schema")


def forget_what_was_counted() -> None:
    """Put PostgreSQL back to knowing nothing of its tables, whatever another test let it count."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE reltuples >= 0")
        cursor.execute("DELETE FROM pg_statistic")


def queries_of(act: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as caught:
        act()
    return [query["sql"] for query in caught.captured_queries]


def faults_in(statements: list[str]) -> str:
    """Each statement that reads a growing table whole and is no exception, on a line of its own."""
    growing = growing_tables() - STAFFS_OWN.keys()
    others = {} if connection.vendor == "sqlite" else READ_WHOLE_BY_POSTGRESQL
    exceptions = READ_WHOLE.keys() | others.keys()
    return "\n".join(
        f"{', '.join(sorted(read))}: {statement}"
        for statement in each_once(statements)
        if (read := tables_read_whole(statement) & growing)
        and not any(is_one_of(statement, exception) for exception in exceptions)
    )


def is_one_of(statement: str, exception: str) -> bool:
    return fnmatchcase(" ".join(shape_of(statement).split()), exception)


def run(task: str) -> None:
    """A task of the scheduler, due or not. A backup reads every table, and is left to its day."""
    name, *options = task.split()
    options = options if name == "backup" else []
    with suppress(CommandError):  # of files that are lost, or a log of another test
        call_command(name, *options, verbosity=0, stdout=io.StringIO())


# What is asked for ------------------------------------------------------------------------


def asked_for(browser, addresses) -> list[str]:
    statements = []
    for address in addresses:
        statements += queries_of(lambda address=address: read_whole(browser.get(address)))
    return each_once(statements)


def read_whole(response) -> None:
    """Take in a file that is sent piece by piece, so that it is closed."""
    for _ in response.streaming_content if response.streaming else ():
        pass


def real_addresses(world, *, of_staff: bool) -> list[str]:
    ends = ("logout/", "failwhale/", "failwhale-500/")
    return [
        filled(address, world.real)
        for address in one_of_each()
        if address.route.startswith("admin/") == of_staff and not address.route.endswith(ends)
    ]


def test_no_page_of_a_learner_reads_a_growing_table_whole(world, browser_of, statistics):
    addresses = real_addresses(world, of_staff=False)
    pages = [world.course, world.module, world.lesson, world.quiz_page]
    addresses += [page.url for page in pages]
    assert len(addresses) > 60
    assert not faults_in(asked_for(browser_of("learner"), addresses))


@pytest.mark.skipif(
    connection.vendor != "sqlite",
    reason="Of a few rows PostgreSQL walks an index rather than ask it for the several keys of a "
    "list. How it reads the lists of a grown site is not tested yet.",
)
def test_no_staff_page_reads_a_growing_table_whole(world, browser_of, statistics):
    addresses = real_addresses(world, of_staff=True) + LISTS
    assert len(addresses) > 200
    assert not faults_in(asked_for(browser_of("superuser"), addresses))


def test_nothing_that_a_learner_does_reads_a_growing_table_whole(world, browser_of, statistics):
    browser, page = browser_of("classmate"), world.quiz_page

    def sit_a_quiz():
        start = reverse("assessments:start_attempt", args=[page.translation_key])
        paper = browser.post(start)["Location"]
        fields = Answer(200, {}, browser.get(paper).content)
        given = {"base": fields.hidden("base"), **dict(fields.choices())}
        saved = browser.post(paper + "save/", given).json()
        browser.get(paper + "finish/")
        assert browser.post(paper + "submit/", {"base": saved["number"]}).status_code == 303
        assert browser.get(paper + "result/").status_code == 200

    def finish_a_lesson():
        lesson = {"lesson": world.lesson.pk}
        assert browser.post(reverse("courses:complete_lesson"), lesson).status_code < 400

    statements = queries_of(sit_a_quiz) + queries_of(finish_a_lesson)
    assert any("assessments_responsestep" in statement for statement in statements)
    assert not faults_in(statements)


def test_issuing_what_was_earned_reads_no_growing_table_whole(world, statistics):
    learner = make.user(full_name="Ada Okafor")
    award = make.award(course=world.course, quiz=world.quiz)
    make.completion(learner, world.course)
    assert award.active
    statements = queries_of(lambda: issue_if_earned(learner, at=timezone.now()))
    assert any("certificates_credential" in statement for statement in statements)
    assert not faults_in(statements)


@pytest.mark.parametrize("task", scheduling.TASKS)
def test_no_task_of_the_scheduler_reads_a_growing_table_whole(task, world, statistics):
    make.award(course=world.course, quiz=world.quiz)
    statements = queries_of(lambda: run(task))
    # When the last backup was made, a folder says; PostgreSQL gathers its statistics by itself.
    asks_nothing = {"backup --when-due"}
    if connection.vendor != "sqlite":
        asks_nothing.add("gather_statistics")
    assert bool(statements) == (task not in asks_nothing)
    assert not faults_in(statements)


def test_a_sweep_reads_no_tries_while_nobody_meets_the_rest(world, statistics):
    """Everybody's results are the largest part of what says who earned an award."""
    make.award(course=world.course, quiz=world.quiz, statement=make.statement())
    statements = queries_of(lambda: run("sweep"))
    assert any('"courses_completion"' in statement for statement in statements)
    assert not [statement for statement in statements if "assessments_result" in statement]


def test_whoever_completed_a_page_is_found_by_an_index(world, statistics):
    key = world.course.translation_key.hex
    assert not tables_read_whole(
        f"SELECT enrolment_id FROM courses_completion WHERE page_key = '{key}'"
    )


# That the test would notice ---------------------------------------------------------------


def test_the_growing_tables_are_those_of_people_and_what_they_did():
    growing = growing_tables()
    assert {
        "people_user",
        "courses_enrolment",
        "courses_completion",
        "courses_studiedpart",
        "assessments_attempt",
        "assessments_paperitem",
        "assessments_responsestep",
        "assessments_result",
        "assessments_mark",
        "certificates_credential",
        "certificates_credentialevent",
    } <= growing
    assert not growing & {"assessments_question", "assessments_quiz", "courses_coursepage"}
    assert STAFFS_OWN.keys() <= growing


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ('SELECT * FROM "assessments_responsestep" WHERE "number" = 3', "assessments_responsestep"),
        ("SELECT * FROM assessments_mark m WHERE m.fraction = 1", "assessments_mark"),
        (
            'SELECT * FROM "assessments_quiz" q WHERE EXISTS (SELECT 1 FROM "assessments_result" r '
            'WHERE r."passed")',
            "assessments_result",
        ),
        (
            'DELETE FROM "courses_completion" WHERE "completed_at" < \'2020-01-01\'',
            "courses_completion",
        ),
    ],
)
def test_a_table_that_is_read_whole_is_found(world, statement, table):
    assert table in tables_read_whole(statement)
    assert faults_in([statement])


@pytest.mark.parametrize(
    "statement",
    [
        'SELECT * FROM "people_user" WHERE "id" = 3',
        'SELECT * FROM "assessments_paperitem" WHERE "question_id" = 3',
        'SELECT * FROM "courses_enrolment" ORDER BY "enrolled_at" DESC LIMIT 50',
        'SELECT * FROM "assessments_quiz"',
        "SAVEPOINT here",
    ],
)
def test_a_table_that_is_read_by_an_index_is_none(world, statement):
    assert not faults_in([statement])


def test_an_index_of_what_is_owed_is_no_table(world):
    assert not faults_in(['SELECT "id" FROM "certificates_credential" WHERE "pdf" = \'\''])


@pytest.mark.drill
@pytest.mark.skipif(
    connection.vendor != "sqlite",
    reason="Of some of these PostgreSQL reads an index; SQLite is the one that needs them.",
)
def test_every_exception_is_still_needed(world, browser_of):
    """A query that was mended loses its exception, so that it cannot come back unseen."""
    statements = asked_for(browser_of("superuser"), real_addresses(world, of_staff=True) + LISTS)
    make.award(course=world.course, quiz=world.quiz)
    for task in scheduling.TASKS:
        statements += queries_of(lambda task=task: run(task))
    growing = growing_tables() - STAFFS_OWN.keys()
    whole = [each for each in each_once(statements) if tables_read_whole(each) & growing]
    unused = {each for each in READ_WHOLE if not any(is_one_of(one, each) for one in whole)}
    unused -= BY_WHAT_WAS_COUNTED
    assert not unused
