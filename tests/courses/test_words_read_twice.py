"""What a competency and a group are called in another language is changed by two people too."""

from __future__ import annotations

from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import registry
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from certificates.studied import studied_for
from courses.exceptions import (
    ChangedSinceProposed,
    ChangeNotPossible,
    NothingChanges,
    SecondReaderNeeded,
)
from courses.models import (
    Competency,
    CompetencyGroup,
    CompetencyGroupName,
    CompetencyMapping,
    CompetencyWords,
    ProposedChange,
)
from courses.models.second_read import without_second_reader
from courses.proposed_values import lines_of, values_of
from courses.proposing import (
    agree,
    is_stale,
    propose_adding,
    propose_change,
    propose_deleting,
    send_back,
    withdraw,
)
from people.saved_values import CHANGE_ACTION
from tests import make
from tests.make import DAY, NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]

LATER = NOON + DAY
State = ProposedChange.State

SPANISH = {"language": "es", "name": "Estar", "description": "Atiende."}
BETTER = {"language": "es", "name": "Estar presente", "description": "Atiende."}


@pytest.fixture
def rosa():
    return make.user(full_name="Rosa Adler")


@pytest.fixture
def tariq():
    return make.user(full_name="Tariq Aziz")


@pytest.fixture
def group():
    row = CompetencyGroup(name="Hearing")
    row.names = [CompetencyGroupName(language="es", name="Oír")]
    with without_second_reader():
        row.save()
    return row


@pytest.fixture
def competency(group):
    row = make.competency("LI1", name="Be present", group=group)
    with without_second_reader():
        row.words = [CompetencyWords(**SPANISH)]
        row.save()
    return row


def propose_words(competency, *rows, by):
    after = {**values_of(competency), "words": list(rows)}
    return propose_change(competency, after, reason="Clearer.", by=by, at=NOON)


def propose_names(group, *rows, by):
    after = {**values_of(group), "names": list(rows)}
    return propose_change(group, after, reason="Clearer.", by=by, at=NOON)


def spanish_of(competency):
    return Competency.objects.get(pk=competency.pk).name_in("es")


class TestADoor:
    @pytest.mark.parametrize(
        "act",
        [
            lambda words: setattr(words, "name", "Otra") or words.save(),
            lambda words: setattr(words, "description", "Otra.") or words.save(),
            lambda words: setattr(words, "language", "en") or words.save(),
            lambda words: CompetencyWords.objects.update(name="Otra"),
            lambda words: CompetencyWords.objects.filter(pk=words.pk).update(language="en"),
            lambda words: CompetencyWords.objects.create(
                competency=words.competency, language="en", name="New", description="New."
            ),
            lambda words: CompetencyWords.objects.bulk_create(
                [CompetencyWords(competency=words.competency, language="en", name="New")]
            ),
            lambda words: (
                setattr(words, "name", "Otra")
                or CompetencyWords.objects.bulk_update([words], ["name"])
            ),
            lambda words: CompetencyWords.objects.get_or_create(
                competency=words.competency, language="en", defaults={"name": "New"}
            ),
            lambda words: CompetencyWords.objects.update_or_create(
                competency=words.competency, language="es", defaults={"name": "Otra"}
            ),
            lambda words: words.delete(),
            lambda words: CompetencyWords.objects.all().delete(),
            lambda words: setattr(words.competency, "words", []) or words.competency.save(),
            lambda words: (
                setattr(words.competency, "words", [CompetencyWords(**BETTER)])
                or words.competency.save()
            ),
            lambda words: words.competency.words.get().delete(),
            lambda words: CompetencyGroupName.objects.update(name="Otra"),
            lambda words: CompetencyGroupName.objects.all().delete(),
            lambda words: CompetencyGroupName.objects.create(
                group=words.competency.group, language="en", name="New"
            ),
            lambda words: (
                setattr(words.competency.group, "names", []) or words.competency.group.save()
            ),
        ],
    )
    def test_is_closed_to_one_person_alone(self, competency, group, act):
        before = values_of(competency), values_of(group)
        with pytest.raises(SecondReaderNeeded), transaction.atomic():
            act(CompetencyWords.objects.get())
        assert (
            values_of(Competency.objects.get(pk=competency.pk)),
            values_of(CompetencyGroup.objects.get(pk=group.pk)),
        ) == before

    def test_lets_what_changes_nothing_pass(self, competency, group):
        CompetencyWords.objects.get().save()
        CompetencyGroupName.objects.get().save()
        Competency.objects.get().save()
        assert spanish_of(competency) == "Estar"


class TestProposing:
    def test_a_changed_word_takes_effect_when_somebody_agreed(self, competency, rosa, tariq):
        change = propose_words(competency, BETTER, by=rosa)
        assert spanish_of(competency) == "Estar"
        agree(change, by=tariq, at=LATER)
        assert spanish_of(competency) == "Estar presente"
        assert CompetencyWords.objects.count() == 1
        assert Competency.objects.get().name == "Be present"

    def test_words_in_a_language_that_had_none_come_with_their_competency(self, group, rosa, tariq):
        bare = make.competency("LI2", group=group)
        agree(propose_words(bare, SPANISH, by=rosa), by=tariq, at=LATER)
        assert spanish_of(bare) == "Estar"

    def test_words_that_are_taken_away_leave_the_first_ones(self, competency, rosa, tariq):
        agree(propose_words(competency, by=rosa), by=tariq, at=LATER)
        assert spanish_of(competency) == "Be present"
        assert not CompetencyWords.objects.exists()

    def test_the_name_of_a_group_likewise(self, group, rosa, tariq):
        change = propose_names(group, {"language": "es", "name": "Escuchar"}, by=rosa)
        assert CompetencyGroup.objects.get().name_in("es") == "Oír"
        agree(change, by=tariq, at=LATER)
        assert CompetencyGroup.objects.get().name_in("es") == "Escuchar"
        assert CompetencyGroup.objects.get().name == "Hearing"

    def test_something_new_is_added_with_its_words(self, group, rosa, tariq):
        new = Competency(code="LI9", name="Wait", description="Waits.", group=group)
        new.words = [CompetencyWords(language="es", name="Esperar", description="Espera.")]
        new.mappings = [CompetencyMapping(framework="Ours", reference="1")]
        agree(propose_adding(new, reason="Missing.", by=rosa, at=NOON), by=tariq, at=LATER)
        added = Competency.objects.get(code="LI9")
        assert added.name_in("es") == "Esperar"
        assert added.mappings.get().reference == "1"

    def test_what_goes_takes_its_words_with_it(self, competency, rosa, tariq):
        change = propose_deleting(competency, reason="Twice.", by=rosa, at=NOON)
        assert CompetencyWords.objects.exists()
        agree(change, by=tariq, at=LATER)
        assert not CompetencyWords.objects.exists()

    def test_the_same_words_propose_nothing(self, competency, rosa):
        with pytest.raises(NothingChanges):
            propose_words(competency, SPANISH, by=rosa)

    def test_the_other_rows_stay_as_they_are(self, competency, rosa, tariq):
        with without_second_reader():
            competency.mappings = [CompetencyMapping(framework="SAMHSA", reference="1")]
            competency.save()
        agree(propose_words(competency, BETTER, by=rosa), by=tariq, at=LATER)
        assert Competency.objects.get().mappings.get().framework == "SAMHSA"

    @pytest.mark.parametrize(
        "rows",
        [
            [SPANISH, BETTER],
            [{**SPANISH, "name": ""}],
            [{**SPANISH, "description": ""}],
            [{**SPANISH, "name": "x" * 121}],
            [{**SPANISH, "language": "tlh"}],
        ],
        ids=["twice in a language", "no name", "no description", "too long", "no such language"],
    )
    def test_words_that_could_never_be_saved_are_refused_at_once(self, competency, rosa, rows):
        with pytest.raises(ChangeNotPossible) as refusal:
            propose_words(competency, *rows, by=rosa)
        assert refusal.value.reasons
        assert not ProposedChange.objects.exists()

    def test_two_names_of_a_group_in_one_language_are_refused(self, group, rosa):
        rows = [{"language": "es", "name": name} for name in ("Oír", "Escuchar")]
        with pytest.raises(ChangeNotPossible, match="Language"):
            propose_names(group, *rows, by=rosa)

    def test_two_frameworks_of_one_name_are_no_twins(self, competency, rosa, tariq):
        mapping = {"framework": "SAMHSA", "reference": "1", "url": ""}
        after = {**values_of(competency), "mappings": [mapping, {**mapping, "reference": "2"}]}
        change = propose_change(competency, after, reason="So.", by=rosa, at=NOON)
        agree(change, by=tariq, at=LATER)
        assert Competency.objects.get().mappings.count() == 2


class TestWhatBecomesOfIt:
    def test_words_that_changed_meanwhile_make_it_stale(self, competency, rosa, tariq):
        change = propose_words(competency, BETTER, by=rosa)
        assert not is_stale(change)
        with without_second_reader():
            CompetencyWords.objects.update(description="Otra.")
        assert is_stale(change)
        with pytest.raises(ChangedSinceProposed):
            agree(change, by=tariq, at=LATER)
        assert spanish_of(competency) == "Estar"
        change.refresh_from_db()
        assert change.is_waiting

    def test_words_that_came_meanwhile_make_it_stale(self, group, rosa):
        bare = make.competency("LI2", group=group)
        after = {**values_of(bare), "name": "Stay present"}
        change = propose_change(bare, after, reason="Clearer.", by=rosa, at=NOON)
        with without_second_reader():
            CompetencyWords.objects.create(competency=bare, **SPANISH)
        assert is_stale(change)

    def test_a_name_of_a_group_that_went_meanwhile_makes_it_stale(self, group, rosa, tariq):
        change = propose_names(group, {"language": "es", "name": "Escuchar"}, by=rosa)
        with without_second_reader():
            CompetencyGroupName.objects.all().delete()
        with pytest.raises(ChangedSinceProposed):
            agree(change, by=tariq, at=LATER)
        assert CompetencyGroup.objects.get().name_in("es") == "Hearing"

    def test_what_was_sent_back_or_withdrawn_changed_nothing(self, competency, rosa, tariq):
        change = propose_words(competency, BETTER, by=rosa)
        send_back(change, words="Nobody says so.", by=tariq, at=LATER)
        assert spanish_of(competency) == "Estar"
        again = propose_words(competency, {**BETTER, "name": "Acompañar"}, by=rosa)
        withdraw(again, by=rosa, at=LATER)
        assert spanish_of(competency) == "Estar"
        change.refresh_from_db()
        assert (change.state, change.words) == (State.WITHDRAWN, "Nobody says so.")

    def test_a_site_of_one_person_has_them_at_once(self, competency, rosa, settings):
        settings.SECOND_READER = False
        change = propose_words(competency, BETTER, by=rosa)
        assert change.state == State.ALONE
        assert spanish_of(competency) == "Estar presente"


class TestOnTheCertificate:
    @pytest.fixture
    def award(self, competency):
        course = make.full_course(modules=1, lessons=1, quizzes=False)
        lesson = course.get_descendants().last().specific
        lesson.competencies.add(competency)
        lesson.save_revision().publish()
        make.edition(course)
        return make.award(course=course, hours_course=course)

    def printed(self, award, language="es"):
        rows = studied_for(award, make.user(), language=language).competencies
        return [(row["name"], row["group"]) for row in rows]

    def test_the_words_are_other_ones_only_when_somebody_agreed(
        self, award, competency, group, rosa, tariq
    ):
        assert self.printed(award) == [("Estar", "Oír")]
        words = propose_words(competency, BETTER, by=rosa)
        name = propose_names(group, {"language": "es", "name": "Escuchar"}, by=rosa)
        assert self.printed(award) == [("Estar", "Oír")]
        agree(words, by=tariq, at=LATER)
        assert self.printed(award) == [("Estar presente", "Oír")]
        agree(name, by=tariq, at=LATER)
        assert self.printed(award) == [("Estar presente", "Escuchar")]
        assert self.printed(award, "en") == [("Be present", "Hearing")]


class TestInWords:
    def test_old_and_new_stand_side_by_side_by_the_name_of_the_language(self, competency, rosa):
        change = propose_words(competency, BETTER, by=rosa)
        lines = {line.label: line for line in lines_of(change)}
        line = lines["Words of competencies"]
        assert line.before == "Español, Estar, Atiende."
        assert line.after == "Español, Estar presente, Atiende."
        assert [each.label for each in lines.values() if each.differs] == [line.label]

    def test_they_stand_in_the_order_of_the_form_however_a_database_stores_them(
        self, competency, rosa
    ):
        change = propose_words(competency, BETTER, by=rosa)
        change.after["words"] = [dict(sorted(BETTER.items(), reverse=True))]
        assert next(iter(change.after["words"][0])) == "name"
        line = next(line for line in lines_of(change) if line.differs)
        assert line.after == "Español, Estar presente, Atiende."

    def test_a_row_of_before_a_field_was_there_is_said_as_far_as_it_goes(self, competency, rosa):
        change = propose_words(competency, BETTER, by=rosa)
        change.before["words"] = [{"name": "Estar"}]
        assert "Estar" in {line.before for line in lines_of(change)}

    def test_a_group_without_a_name_in_a_language_has_nothing(self, group, rosa):
        change = propose_names(group, by=rosa)
        line = next(line for line in lines_of(change) if line.differs)
        assert (line.before, line.after) == ("Español, Oír", "nothing")

    def test_the_history_says_what_the_words_were(self, competency, rosa, tariq):
        agree(propose_words(competency, BETTER, by=rosa), by=tariq, at=LATER)
        entry = registry.get_logs_for_instance(competency).get(action=CHANGE_ACTION)
        assert entry.data["changes"] == [
            [
                "Words of competencies",
                "Español, Estar, Atiende.",
                "Español, Estar presente, Atiende.",
            ]
        ]


# In the staff pages -----------------------------------------------------------------------------


def of_role(name, role):
    person = make.user(full_name=name)
    person.groups.add(Group.objects.get(name=role))
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.fixture
def trainer():
    return of_role("Mina Berg", "Trainers")


@pytest.fixture
def reader():
    return of_role("Otto Lang", "Lead trainers")


def page_of(response):
    return unescape(response.content.decode())


def change_url():
    return reverse("changes:change", args=[ProposedChange.objects.latest("pk").pk])


def form_of(competency, *rows):
    return nested_form_data(
        {
            "code": competency.code,
            "name": competency.name,
            "description": competency.description,
            "group": competency.group_id,
            "reason_of_change": "Clearer.",
            "words": inline_formset(list(rows), initial=len([r for r in rows if "id" in r])),
            "mappings": inline_formset([]),
        }
    )


class TestPages:
    @pytest.fixture
    def words(self, competency):
        return CompetencyWords.objects.get()

    @pytest.fixture
    def edit(self, competency):
        return reverse("competencies:edit", args=[competency.pk])

    def test_one_proposes_a_word_and_another_agrees(self, competency, words, edit, trainer, reader):
        assert 'value="Estar"' in page_of(trainer.get(edit))
        trainer.post(edit, form_of(competency, {"id": words.pk, **BETTER}))
        assert spanish_of(competency) == "Estar"
        page = page_of(reader.get(change_url()))
        assert page.index("Español, Estar, Atiende.") < page.index("Español, Estar presente,")
        assert page.count("changes</span>") == 1
        reader.post(change_url(), {"decision": "agree"})
        assert spanish_of(competency) == "Estar presente"
        assert 'value="Estar presente"' in page_of(trainer.get(edit))

    def test_one_language_twice_is_said_on_the_form(self, competency, words, edit, trainer):
        rows = [{"id": words.pk, **SPANISH}, BETTER]
        page = page_of(trainer.post(edit, form_of(competency, *rows)))
        assert "duplicate" in page
        assert not ProposedChange.objects.exists()

    def test_a_row_is_taken_away(self, competency, words, edit, trainer, reader):
        form = form_of(competency, {"id": words.pk, **SPANISH, "DELETE": "on"})
        trainer.post(edit, form)
        assert spanish_of(competency) == "Estar"
        reader.post(change_url(), {"decision": "agree"})
        assert not CompetencyWords.objects.exists()

    def test_the_page_of_a_group_proposes_its_name(self, group, trainer, reader):
        name = group.names.get()
        form = nested_form_data(
            {
                "name": "Hearing",
                "place": 1,
                "reason_of_change": "As people say it.",
                "names": inline_formset(
                    [{"id": name.pk, "language": "es", "name": "Escuchar"}], initial=1
                ),
            }
        )
        trainer.post(reverse("competency-groups:edit", args=[group.pk]), form)
        assert CompetencyGroup.objects.get().name_in("es") == "Oír"
        assert "Español, Escuchar" in page_of(reader.get(change_url()))
        reader.post(change_url(), {"decision": "agree"})
        assert CompetencyGroup.objects.get().name_in("es") == "Escuchar"

    def test_whoever_reads_spanish_is_told_the_language_in_theirs(
        self, competency, words, edit, trainer, reader
    ):
        trainer.post(edit, form_of(competency, {"id": words.pk, **BETTER}))
        page = page_of(reader.get(change_url(), headers={"accept-language": "es"}))
        assert "Estar presente" in page
