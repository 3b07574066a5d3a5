"""The dry run: what each line comes to, what is wrong with it and how to mend it."""

from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.bulk.judging import DryRun, dry_run, judge
from certificates.bulk.lines import TypedLine
from certificates.bulk.running import start_bulk
from certificates.issuing import issue_by_hand
from certificates.models import Award, BulkIssue, BulkLine, Credential
from certificates.revoking import revoke, suspend
from courses.models.second_read import without_second_reader
from people.models import User
from people.spreadsheets import may_be_a_formula
from tests import make
from tests.certificates.bulk.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(upload, registrar):
    """The lines of a table, judged by a registrar."""

    def judge(*lines, by=registrar, **fields):
        bulk = upload(*lines, **fields)
        return dry_run(bulk, list(bulk.lines.all()), by=by, at=NOW)

    return judge


def line_of(run):
    (line,) = run.lines
    return line


class TestPeople:
    def test_whoever_has_an_account_is_issued_to_and_keeps_the_name_on_it(self, judged, member):
        ada = member("ada@peerwork.example", full_name="Ada Okafor")
        run = judged({"email": " ADA@peerwork.example ", "name": "ada okafor"})
        assert [line.person for line in run.to_issue] == [ada]
        assert line_of(run).name == "Ada Okafor"

    def test_whoever_has_none_is_invited_first(self, judged):
        run = judged({"email": "new@peerwork.example", "name": "Zoë Ñuñez"})
        assert [line.name for line in run.to_invite] == ["Zoë Ñuñez"]
        assert not run.to_issue

    def test_an_account_that_was_never_used_is_invited_too(self, judged):
        make.user("new@peerwork.example", full_name="Zoë Ñuñez")
        assert len(judged({"email": "new@peerwork.example", "name": ""}).to_invite) == 1

    def test_a_registrar_may_say_that_the_addresses_are_known(self, judged):
        run = judged({"email": "new@peerwork.example", "name": "Zoë"}, at_once=True)
        assert len(run.to_issue) == 1

    def test_another_name_than_on_the_account_is_asked_about(self, judged, member):
        member("ada@peerwork.example", full_name="Ada Okafor")
        run = judged({"email": "ada@peerwork.example", "name": "Bee Lindqvist"})
        assert "Is it the same person?" in run.uncertain[0].questions[0]
        assert run.uncertain[0].name == "Ada Okafor"

    def test_nobody_issues_to_themselves(self, judged, registrar):
        run = judged({"email": registrar.email, "name": registrar.full_name})
        assert "Nobody issues an award to themselves" in run.wrong[0].problems[0]

    def test_an_account_that_is_closed_is_named(self, judged):
        make.user("ada@peerwork.example", is_active=False)
        assert "is closed" in judged({"email": "ada@peerwork.example"}).wrong[0].problems[0]

    @pytest.mark.parametrize(
        ("cells", "words"),
        [
            ({"email": "", "name": "Ada"}, "no email address"),
            ({"email": "ada", "name": "Ada"}, "not a whole email address"),
            ({"email": "a b@peerwork.example", "name": "Ada"}, "not a whole email address"),
            ({"email": "a@peerwork.example", "name": ""}, "needs a name to print"),
            ({"email": "a@peerwork.example", "name": "..."}, "at least one letter"),
            ({"email": "a@peerwork.example", "name": "Ada 😀"}, "We cannot print"),
            ({"email": "a@peerwork.example", "name": "A" * 121}, "longer than 120"),
            ({"email": "a@peerwork.example", "name": "=HYPERLINK(1)"}, "formula"),
            ({"email": "a@peerwork.example", "name": "Ada", "hours": "=1+1"}, "formula"),
        ],
    )
    def test_what_is_wrong_with_a_person_is_said(self, judged, cells, words):
        run = judged(cells)
        assert any(words in problem for problem in run.wrong[0].problems)

    @pytest.mark.parametrize("name", ["Okafor, Ada", "Ada 2", "ada@home", "Jos� Pe�a"])
    def test_an_odd_name_is_asked_about(self, judged, name):
        run = judged({"email": "a@peerwork.example", "name": name})
        assert [line.name for line in run.uncertain + run.wrong] == [name]

    @pytest.mark.parametrize("name", ["ADA OKAFOR", "ada okafor"])
    def test_a_name_in_letters_of_one_size_is_noted(self, judged, name):
        run = judged({"email": "a@peerwork.example", "name": name})
        assert "all in letters of one size" in run.to_invite[0].notes[0]

    def test_a_name_in_a_script_without_capitals_is_not_noted(self, judged):
        run = judged({"email": "a@peerwork.example", "name": "سارة محمود"})
        assert run.to_invite[0].notes == []


class TestDoubles:
    def test_whoever_stands_twice_for_one_award_has_it_once(self, judged):
        run = judged(
            {"email": "a@peerwork.example", "name": "Ada"},
            {"email": "A@PEERWORK.EXAMPLE", "name": "Ada"},
        )
        assert [line.number for line in run.to_invite] == [2]
        assert "Line 2 has the same address and award" in run.wrong[0].problems[0]

    def test_two_awards_for_one_person_are_two(self, judged):
        make.award(name="Other award")
        run = judged(
            {"email": "a@peerwork.example", "name": "Ada"},
            {"email": "a@peerwork.example", "name": "Ada", "award": "other AWARD"},
        )
        assert len(run.to_invite) == 2

    def test_the_same_name_under_another_address_is_noted(self, judged):
        run = judged(
            {"email": "a@peerwork.example", "name": "Ada Okafor"},
            {"email": "b@peerwork.example", "name": "Ada Okafor"},
        )
        assert "Line 2 has the same name" in run.to_invite[1].notes[0]

    def test_whoever_holds_it_is_left_out(self, judged, member, award, registrar):
        ada = member("a@peerwork.example")
        held = issue_by_hand(award, ada, evidence="Paper.", by=registrar, at=NOW)
        assert held.number in judged({"email": "a@peerwork.example"}).wrong[0].problems[0]
        suspend(held, by=registrar, reason="A doubt.", explanation="We ask.", at=NOW)
        assert held.number in judged({"email": "a@peerwork.example"}).wrong[0].problems[0]

    def test_whose_certificate_was_revoked_is_asked_about_with_when_and_why(
        self, judged, member, award, registrar
    ):
        ada = member("a@peerwork.example")
        held = issue_by_hand(award, ada, evidence="Paper.", by=registrar, at=NOW)
        revoke(held, by=registrar, reason="A false paper.", explanation="It was.", at=NOW)
        question = judged({"email": "a@peerwork.example"}).uncertain[0].questions[0]
        assert held.number in question
        assert "27 November 2026: A false paper." in question

    def test_an_expired_one_is_noted_and_may_be_followed(self, judged, member, award, registrar):
        ada = member("a@peerwork.example")
        issue_by_hand(award, ada, evidence="Paper.", by=registrar, at=NOW - timedelta(days=900))
        assert "has expired" in judged({"email": "a@peerwork.example"}).to_issue[0].notes[0]

    def test_the_same_name_in_the_register_under_another_address_is_asked_about(
        self, judged, member, award, registrar
    ):
        ada = member("a@peerwork.example", full_name="Ada Okafor")
        held = issue_by_hand(award, ada, evidence="Paper.", by=registrar, at=NOW)
        run = judged({"email": "other@peerwork.example", "name": "ADÁ okafor"})
        assert held.number in run.uncertain[0].questions[0]

    def test_what_another_table_is_to_issue_already_is_left_out(self, upload, judged, registrar):
        cells = {"email": "a@peerwork.example", "name": "Ada"}
        start_bulk(upload(cells), confirmed=[], by=registrar, at=NOW)
        assert "Another bulk issue" in judged(cells).wrong[0].problems[0]


class TestAwards:
    def test_each_line_may_name_its_own(self, judged):
        other = make.award(name="Título de Ánimo")
        Award.objects.filter(pk=other.pk).update(slug="animo")
        cells = {"email": "a@peerwork.example", "name": "Ada"}
        assert line_of(judged({**cells, "award": "titulo de animo"})).award == other
        assert line_of(judged({**cells, "award": "animo"})).award == other

    def test_an_unknown_one_is_named_with_those_there_are(self, judged):
        run = judged({"email": "a@peerwork.example", "name": "Ada", "award": "Brige award"})
        assert "Bridge award" in run.wrong[0].problems[0]

    def test_none_at_all_is_said(self, judged):
        run = judged({"email": "a@peerwork.example", "name": "Ada"}, award=None)
        assert "names no award" in run.wrong[0].problems[0]

    def test_one_that_was_closed_since_is_said(self, upload, registrar, award):
        bulk = upload({"email": "a@peerwork.example", "name": "Ada"})
        Award.objects.update(active=False)
        bulk = BulkIssue.objects.get(pk=bulk.pk)
        run = dry_run(bulk, list(bulk.lines.all()), by=registrar, at=NOW)
        assert "may not be earned" in run.wrong[0].problems[0]

    def test_a_name_of_two_awards_names_neither(self, judged):
        make.award(name="Twin")
        second = make.award(name="Other")
        Award.objects.filter(pk=second.pk).update(name="Twin", slug="twin-two")
        cells = {"email": "a@peerwork.example", "name": "Ada"}
        assert judged({**cells, "award": "Twin"}).wrong
        assert line_of(judged({**cells, "award": "twin-two"})).award == second


class TestDaysAndHours:
    def cells(self, **cells):
        return {"email": "a@peerwork.example", "name": "Ada", **cells}

    def test_a_day_that_is_over_needs_somebody_who_attests_it(self, judged):
        run = judged(self.cells(date="2026-05-03"))
        assert "somebody has to attest it" in run.wrong[0].problems[0]
        attested = judged(self.cells(date="2026-05-03", attested_by="Rosa Adeyemi"))
        assert "as Rosa Adeyemi attests" in attested.to_invite[0].notes[0]
        assert judged(self.cells(date="2026-05-03"), attested_by="Rosa").to_invite

    def test_today_needs_nobody_and_tomorrow_is_refused(self, judged):
        assert judged(self.cells(date="2026-11-27")).to_invite
        assert "still to come" in judged(self.cells(date="2026-11-28")).wrong[0].problems[0]

    def test_what_would_have_run_out_is_refused(self, judged):
        run = judged(self.cells(date="2023-05-03", attested_by="Rosa"))
        assert "valid until 3 May 2025" in run.wrong[0].problems[0]

    @pytest.mark.parametrize(
        ("day", "words"),
        [
            ("soon", "no day that we can read"),
            ("03/05/2026", "two months"),
            ("1026-05-03", "too long ago"),
        ],
    )
    def test_a_day_that_cannot_be_read_says_how_to_write_it(self, judged, day, words):
        run = judged(self.cells(date=day, attested_by="Rosa"))
        assert words in run.wrong[0].problems[0]

    def test_hours_are_for_an_award_taught_in_a_room_with_who_attests_them(self, judged, award):
        assert judged(self.cells(hours="12", attested_by="Rosa")).wrong
        with without_second_reader():
            Award.objects.update(taught_in_room=True)
        award.refresh_from_db()
        assert judged(self.cells(hours="12")).wrong
        assert line_of(judged(self.cells(hours="12", attested_by="Rosa"))).minutes == 720
        assert "no number of hours" in judged(self.cells(hours="lots")).wrong[0].problems[0]

    def test_who_attests_is_a_name_that_can_be_printed(self, judged):
        assert judged(self.cells(attested_by="Ada 😀")).wrong
        assert judged(self.cells(attested_by="R" * 121)).wrong

    def test_a_language_is_one_of_ours(self, judged):
        assert line_of(judged(self.cells(language="Español"))).language == "es"
        assert "no language of this site" in judged(self.cells(language="fr")).wrong[0].problems[0]


def test_what_is_wrong_is_said_in_the_language_of_the_registrar(judged):
    with translation.override("es"):
        assert judged({"email": "", "name": "Ada"}).wrong[0].problems


def test_a_dry_run_writes_nothing_and_costs_as_much_for_one_as_for_many(
    upload, registrar, django_assert_num_queries
):
    few = upload({"email": "a@peerwork.example", "name": "Ada"})
    many = upload(
        *({"email": f"p{number}@peerwork.example", "name": f"Ada {number}"} for number in range(60))
    )
    before = (User.objects.count(), Credential.objects.count())
    for bulk in (few, many):
        bulk = BulkIssue.objects.select_related("award__issuer").get(pk=bulk.pk)
        lines = list(bulk.lines.all())
        with django_assert_num_queries(4):
            dry_run(bulk, lines, by=registrar, at=NOW)
    assert before == (User.objects.count(), Credential.objects.count())
    assert set(BulkLine.objects.values_list("state", flat=True)) == {"draft"}


ODD_CELLS = [
    *("", "=1+1", "@SUM(A1)", "\t-2", "2026-05-03", "31/31/2026", "ada@peerwork.example"),
    *("Bridge award", "{{ settings.SECRET_KEY }}", "{0.__class__}", "\u202eevil", "9" * 40),
]
ANY_CELL = st.one_of(st.text(max_size=40), st.sampled_from(ODD_CELLS))
COLUMNS = ("name", "email", "award", "date", "hours", "language", "attested_by")
ANY_LINE = st.fixed_dictionaries(dict.fromkeys(COLUMNS, ANY_CELL))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lines=st.lists(ANY_LINE, min_size=1, max_size=4))
def test_whatever_stands_in_the_cells_each_line_has_one_outcome(registrar, award, lines):
    bulk = BulkIssue(by=registrar, award=award, evidence="Seen.", uploaded_at=NOW)
    typed = [TypedLine(number, dict(cells)) for number, cells in enumerate(lines, 2)]
    run = DryRun(judge(bulk, typed, by=registrar, at=NOW), at_once=False)
    parts = [run.wrong, run.uncertain, run.to_issue, run.to_invite]
    numbers = sorted(line.number for part in parts for line in part)
    assert numbers == [line.number for line in typed]
    for line in run.to_invite:
        assert line.email.count("@") == 1
        assert line.award == award
        assert not any(may_be_a_formula(text) for text in line.cells.values())


def test_text_that_looks_like_a_template_stays_text(judged):
    cells = {"email": "a@peerwork.example", "name": "Ada {% include %}"}
    run = judged(cells)
    assert run.uncertain[0].name == "Ada {% include %}"
    assert "{ }" in run.uncertain[0].questions[0]
