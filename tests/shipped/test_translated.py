"""The shipped course in Spanish: one course in two languages, in which nothing is owed twice."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from wagtail.models import Page
from wagtail.search.index import insert_or_update_object

from assessments.models import QuizPage
from certificates.issuing import issue_by_hand, issue_if_earned
from certificates.models import Award, Statement, StatementVersion
from certificates.signing_statements import sign_statement
from courses.enrolling import complete_lesson, enrol
from courses.exceptions import ChangedSinceProposed, SecondReaderNeeded
from courses.models import (
    Competency,
    CompetencyGroup,
    CompetencyGroupName,
    CompetencyWords,
    Completion,
    CourseEdition,
    CoursePage,
    GlossaryWord,
    LessonPage,
    ModulePage,
    PageTranslation,
    ProposedChange,
    Reflection,
)
from courses.models.second_read import without_second_reader
from courses.outlines import outline_of
from courses.proposed_values import values_of
from courses.proposing import agree, is_stale, propose_change
from courses.studied import exercises_done, parts_studied
from courses.study_time import study_time
from courses.translating import confirm_translation, translations_of
from lms.models import ShippedPiece
from lms.shipped.pieces import key_of
from lms.shipped.translated import build_translation, shipped_languages
from practice.models import ConversationPage
from tests import make
from tests.make import DAY, NOON
from tests.shipped import content
from tests.shipped.in_spanish import (
    EN,
    ES,
    body,
    come_again,
    complete_lessons,
    lesson,
    page,
    read_parts,
    reader,
    take_by_turns,
)


@pytest.fixture(autouse=True)
def on_the_loaded_site(shipped_in_both_languages, db):
    """Every test here reads what was loaded."""


# What was made ----------------------------------------------------------------------------------


def test_every_page_is_there_in_spanish():
    english = Page.objects.filter(locale__language_code=EN, depth__gt=1)
    spanish = Page.objects.filter(locale__language_code=ES)
    assert english.count() > 40
    assert set(english.values_list("translation_key")) == set(
        spanish.values_list("translation_key")
    )
    assert not spanish.filter(live=False).exists()
    assert not spanish.filter(latest_revision=None).exists()


def test_the_tree_is_the_same_in_both():
    for each in Page.objects.filter(locale__language_code=ES, depth__gt=2):
        source = Page.objects.get(translation_key=each.translation_key, locale__language_code=EN)
        above = source.get_parent().translation_key
        assert each.get_parent().translation_key == above, each.title


def test_loading_again_makes_nothing(shipped_in_both_languages):
    assert shipped_in_both_languages > 90
    assert build_translation(ES, at=NOON + DAY) == 0
    assert shipped_languages() == [ES]


def test_a_page_that_editors_translated_stays_theirs():
    own = lesson("1.1", ES)
    own.title = "Nuestro título"
    own.save_revision().publish()
    ShippedPiece.objects.filter(key="es:lesson:1.1").delete()
    assert build_translation(ES, at=NOON + DAY) == 1
    assert lesson("1.1", ES).title == "Nuestro título"


def test_what_the_site_no_longer_has_is_not_translated():
    lesson("1.1", ES).delete()
    lesson("1.1").unpublish()
    ShippedPiece.objects.filter(key="es:lesson:1.1").delete()
    assert build_translation(ES, at=NOON + DAY) == 0
    assert not LessonPage.objects.filter(
        translation_key=key_of("lesson:1.1"), locale__language_code=ES
    ).exists()


@pytest.mark.parametrize("code", sorted(content.lessons()))
def test_each_block_of_a_lesson_has_the_id_of_the_block_that_it_translates(code):
    english, spanish = list(lesson(code).body), list(lesson(code, ES).body)
    assert [(b.id, b.block_type) for b in english] == [(b.id, b.block_type) for b in spanish]
    assert lesson(code).parts[0].key == lesson(code, ES).parts[0].key


def test_a_block_that_an_editor_moved_keeps_its_id_in_the_translation():
    """The site's own lesson was changed before the translation came."""
    source = lesson("1.1")
    blocks = [(b.block_type, b.value, b.id) for b in source.body]
    source.body = [(kind, value) for kind, value, _id in blocks[:2]]
    source.save_revision().publish()
    lesson("1.1", ES).delete()
    ShippedPiece.objects.filter(key="es:lesson:1.1").delete()
    build_translation(ES, at=NOON + DAY)
    assert [b.id for b in lesson("1.1", ES).body] == [id for _kind, _value, id in blocks]


def test_words_beside_the_pages_are_there_in_spanish():
    words = GlossaryWord.objects.filter(language=ES, live=True)
    assert words.count() == GlossaryWord.objects.filter(language=EN).count()
    assert all(word.lesson.locale.language_code == ES for word in words)
    for competency in Competency.objects.all():
        assert competency.name_in(ES) != competency.name
        assert competency.name_in("fr") == competency.name
    for group in CompetencyGroup.objects.all():
        assert group.name_in(ES) != group.name


def test_words_that_come_with_the_site_wait_for_no_second_reader():
    assert not ProposedChange.objects.exists()
    assert CompetencyWords.objects.filter(language=ES).count() == Competency.objects.count()
    assert CompetencyGroupName.objects.filter(language=ES).count() == (
        CompetencyGroup.objects.count()
    )
    for change in (CompetencyWords, CompetencyGroupName):  # and the door is closed behind them
        with pytest.raises(SecondReaderNeeded):
            change.objects.update(name="Otra")


def test_words_that_two_people_agreed_on_before_stay_theirs():
    competency = Competency.objects.get(code="LI1")
    after = {
        **values_of(competency),
        "words": [{"language": ES, "name": "Estar ahí", "description": "Atiende."}],
    }
    change = propose_change(competency, after, reason="Ours.", by=make.user(), at=NOON)
    agree(change, by=make.user(), at=NOON)
    assert come_again("competency:LI1") == 1
    assert Competency.objects.get(code="LI1").name_in(ES) == "Estar ahí"
    assert CompetencyWords.objects.filter(competency=competency).count() == 1


def test_words_that_come_make_a_change_that_waits_stale():
    competency = Competency.objects.get(code="LI1")
    with without_second_reader():
        competency.words.all().delete()
    competency = Competency.objects.get(code="LI1")
    after = {**values_of(competency), "name": "Be there"}
    change = propose_change(competency, after, reason="Shorter.", by=make.user(), at=NOON)
    assert not is_stale(change)
    assert come_again("competency:LI1") == 1
    assert is_stale(change)
    with pytest.raises(ChangedSinceProposed):
        agree(change, by=make.user(), at=NOON)
    assert Competency.objects.get(code="LI1").name_in(ES) != "Be there"


def test_a_competency_or_group_that_the_site_calls_otherwise_is_left_alone():
    group = CompetencyGroup.objects.first()
    shipped = group.name
    with without_second_reader():
        CompetencyWords.objects.filter(competency__code="LI1").delete()
        CompetencyGroupName.objects.filter(group=group).delete()
        Competency.objects.filter(code="LI1").update(code="OWN1")
        CompetencyGroup.objects.filter(pk=group.pk).update(name="Ours")
    assert come_again("competency:LI1", f"competency group:{shipped}") == 0
    assert not CompetencyWords.objects.filter(competency__code="OWN1").exists()
    assert CompetencyGroup.objects.get(name="Ours").name_in(ES) == "Ours"


def test_a_statement_that_its_authors_changed_is_theirs_to_translate():
    statement = Statement.objects.get(slug="code-of-ethics")
    statement.versions.filter(language=ES).delete()
    StatementVersion.objects.create(
        statement=statement, version="2.0", language=EN, title="Code", text="x", published_at=NOON
    )
    assert come_again("code of ethics") == 0
    assert not statement.versions.filter(language=ES).exists()


# One course -------------------------------------------------------------------------------------


def test_an_award_that_was_earned_half_in_each_language_is_issued_once():
    learner = make.user(full_name="Inés Prado", language=ES)
    course = page(CoursePage, "course", ES)
    place = enrol(learner, course, at=NOON)
    at = take_by_turns(place)
    award = Award.objects.get(slug="foundations-of-peer-support")
    issue_if_earned(learner, at=at)
    assert not learner.credentials.exists()
    spanish = StatementVersion.objects.get(statement__slug="code-of-ethics", language=ES)
    sign_statement(
        learner, spanish, typed_name="Inés Prado", at=at, wording=spanish.wordings.last()
    )
    issue_if_earned(learner, at=at)
    assert issue_if_earned(learner, at=at + DAY) == []
    credential = learner.credentials.get()
    assert (credential.award, credential.language) == (award, ES)
    assert Completion.objects.filter(enrolment=place, page_key=course.translation_key).count() == 1
    assert {row["name"] for row in credential.competencies} == set(
        CompetencyWords.objects.values_list("name", flat=True)
    )
    parts = parts_studied(learner, course.translation_key)
    assert len(parts) == sum(len(lesson(code).parts) for code in content.lessons())


def test_there_is_one_edition_and_its_hours_are_the_same():
    edition = CourseEdition.objects.get()
    assert edition.course == page(CoursePage, "course")
    english, spanish = (outline_of(page(CoursePage, "course", each)) for each in (EN, ES))
    assert english.edition_id == spanish.edition_id == edition.pk
    assert [step.key for step in english.steps] == [step.key for step in spanish.steps]
    assert english.minutes == spanish.minutes
    assert english.exercise_minutes == spanish.exercise_minutes
    assert not any(step.is_away for step in spanish.steps)


def test_who_reads_half_in_each_language_completes_once_and_no_part_counts_twice():
    course = page(CoursePage, "course")
    place = enrol(make.user(), course, at=NOON)
    steps = outline_of(course).modules[0].steps
    at = NOON
    for number, step in enumerate(step for step in steps if step.kind.name == "lesson"):
        code = step.code
        # Every lesson is read in both, the one after the other, and finished in one of them.
        for language in (EN, ES) if number % 2 else (ES, EN):
            at = read_parts(place, lesson(code, language), at)
        complete_lesson(place, lesson(code, ES if number % 2 else EN), at=at)
        complete_lesson(place, lesson(code, EN if number % 2 else ES), at=at)
    done = Completion.objects.filter(enrolment=place)
    lessons = [step for step in steps if step.kind.name == "lesson"]
    assert sorted(done.filter(page_key__in=[s.key for s in lessons]).values_list("page_key")) == (
        sorted((step.key,) for step in lessons)
    )
    parts = parts_studied(place.learner, course.translation_key)
    exercises = exercises_done(place.learner, course.translation_key)
    pages = [lesson(step.code) for step in lessons]
    assert len(parts) == sum(len(each.parts) for each in pages)
    assert len(exercises) == sum(len(p.exercises) for each in pages for p in each.parts)
    time = study_time(parts, exercises, 0, [], of_parts=len(parts), of_exercises=len(exercises))
    assert (time.parts, time.exercises) == (len(parts), len(exercises))


def test_a_place_taken_in_spanish_is_the_place_in_english():
    learner = make.user()
    place = enrol(learner, page(CoursePage, "course", ES), at=NOON)
    assert enrol(learner, page(CoursePage, "course"), at=NOON) == place
    html = body(reader(EN, learner).get(lesson("1.1").url))
    assert 'id="lesson"' in html


def test_what_was_written_in_one_language_stands_in_the_other():
    learner = make.user()
    enrol(learner, page(CoursePage, "course"), at=NOON)
    english = lesson("1.1")
    [block] = [b for b in english.body if b.block_type == "reflection"][:1]
    Reflection.objects.create(
        learner=learner,
        lesson_key=english.translation_key,
        block_id=block.id,
        prompt="Write.",
        text="Una palabra mía",
        saved_at=NOON,
    )
    client = reader(ES, learner)
    assert "Una palabra mía" in body(client.get(f"{lesson('1.1', ES).url}?part=all"))
    assert lesson("1.1", ES).title in body(client.get("/learn/reflections/"))
    assert english.title in body(reader(EN, learner).get("/learn/reflections/"))


# What readers are shown -------------------------------------------------------------------------

UNREVIEWED = "Un programa tradujo esta página"


@pytest.mark.parametrize("piece", ["home", "course", "module:FPS-1", "page:privacy"])
def test_each_page_is_shown_in_the_readers_language_and_says_who_translated_it(piece):
    keys = {"translation_key": key_of(piece)}
    english = Page.objects.get(**keys, locale__language_code=EN).specific
    spanish = Page.objects.get(**keys, locale__language_code=ES).specific
    for address in (english.url, spanish.url):
        html = body(reader(ES).get(address))
        assert UNREVIEWED in html
        assert UNREVIEWED in html.split('id="content"')[1]
        assert re.search(r"<h1( id=\"[^\"]+\")?>", html)
        html = body(reader(EN).get(address))
        assert UNREVIEWED not in html
        assert "A program translated" not in html


def test_whoever_reviewed_a_page_takes_the_note_from_it():
    page_es = page(ModulePage, "module:FPS-2", ES)
    assert UNREVIEWED in body(reader(ES).get(page_es.url))
    record = PageTranslation.objects.get(page=page_es.pk)
    confirm_translation(
        record, says_the_same=False, reviewed_by="Lucía Romero", by=make.user(), at=NOON
    )
    assert UNREVIEWED not in body(reader(ES).get(page_es.url))


def test_changing_the_language_lands_on_the_same_part():
    learner = make.user()
    enrol(learner, page(CoursePage, "course"), at=NOON)
    english, spanish = lesson("1.1"), lesson("1.1", ES)
    html = body(reader(EN, learner).get(f"{english.url}?part=2"))
    assert f'name="next" value="{english.url}?part=2"' in html
    assert english.parts[1].heading in html
    html = body(reader(ES, learner).get(f"{english.url}?part=2"))
    assert f'id="b-{str(spanish.parts[1].key)[:8]}"' in html
    assert spanish.parts[1].heading in html


def test_the_page_of_a_learner_is_in_their_language_wherever_they_took_their_place():
    learner = make.user()
    enrol(learner, page(CoursePage, "course"), at=NOON)
    html = body(reader(ES, learner).get("/learn/"))
    assert page(CoursePage, "course", ES).title in html
    assert lesson("1.1", ES).title in html
    assert lesson("1.1").title not in html


def test_a_quiz_in_spanish_asks_in_spanish_and_says_who_translated_it():
    learner = make.user()
    place = enrol(learner, page(CoursePage, "course"), at=NOON)
    complete_lessons(place, 0)
    quiz = page(QuizPage, "quiz:FPS-1", ES)
    client = reader(ES, learner)
    html = body(client.get(quiz.url))
    note = "Un programa tradujo estas preguntas, y ninguna persona ha revisado"
    assert note in html
    assert f"<h1>{quiz.title}</h1>" in html
    sent = client.post(reverse("assessments:start_attempt", args=[quiz.translation_key]))
    html = body(client.get(sent.url))
    assert note in html
    assert 'class="question__stem prose" lang="en"' not in html
    assert note not in body(reader(EN, learner).get(sent.url))


def test_a_conversation_is_played_in_spanish_and_says_who_translated_it():
    learner = make.user()
    place = enrol(learner, page(CoursePage, "course", ES), at=NOON)
    complete_lessons(place, 0)
    talk = page(ConversationPage, "conversation page:FC1", ES)
    client = reader(ES, learner)
    html = body(client.get(talk.url))
    assert f"<h1>{talk.title}</h1>" in html
    sent = client.post(reverse("practice:start", args=[talk.translation_key]))
    html = body(client.get(sent.url))
    assert "Un programa tradujo las palabras" in html
    assert "Por ahora, las preguntas, las conversaciones" not in html
    assert '<p class="talk__words">“La carta decía' in html
    assert len(html.split("<main")[1].split("</main")[0].encode()) < 15_000
    assert '<p class="talk__words" lang="en">“' not in body(reader(EN, learner).get(sent.url))


def test_the_search_finds_spanish_lessons_by_their_stems_with_or_without_accents():
    learner = make.user()
    enrol(learner, page(CoursePage, "course"), at=NOON)
    for each in Page.objects.filter(locale__language_code=ES).specific():
        insert_or_update_object(each)
    privacy = lesson("4.4", ES)
    client = reader(ES, learner)
    for query in (privacy.title, "límites privacidad", "limites privacidades"):
        html = body(client.get("/search/", {"q": query}))
        assert privacy.url in html, query
    assert lesson("4.4").title not in body(client.get("/search/", {"q": privacy.title}))


def test_the_search_shows_each_lesson_once_in_the_readers_language():
    learner = make.user()
    enrol(learner, page(CoursePage, "course"), at=NOON)
    english, spanish = lesson("4.4"), lesson("4.4", ES)
    for each in (english, spanish):
        insert_or_update_object(each)
    # A word of both titles would find both pages: each reader is shown their own.
    for language, shown, other in ((EN, english, spanish), (ES, spanish, english)):
        client = reader(language, learner)
        html = body(client.get("/search/", {"q": shown.title}))
        assert f'href="{shown.url}"' in html
        assert f'href="{other.url}"' not in html
        html = body(client.get("/search/", {"q": other.title}))
        assert f'href="{other.url}"' not in html


def test_a_drawing_in_a_spanish_lesson_has_spanish_words():
    learner = make.user()
    enrol(learner, page(CoursePage, "course"), at=NOON)
    html = body(reader(ES, learner).get(f"{lesson('1.1', ES).url}?part=all"))
    assert "Por ahora, las palabras de este dibujo" not in html
    assert 'aria-label="La forma de este curso"' in html
    html = body(reader(EN, learner).get(f"{lesson('1.1').url}?part=all"))
    assert "The words of this drawing are in English" not in html


def test_words_explain_themselves_in_a_spanish_lesson():
    learner = make.user()
    enrol(learner, page(CoursePage, "course"), at=NOON)
    html = body(reader(ES, learner).get(f"{lesson('1.1', ES).url}?part=all"))
    marked = re.findall(r'class="word" href="[^"]+#w(\d+)"', html)
    assert marked
    assert set(GlossaryWord.objects.filter(pk__in=marked).values_list("language", flat=True)) == {
        ES
    }
    glossary = body(reader(ES).get("/glossary/"))
    assert all(word.word in glossary for word in GlossaryWord.objects.filter(language=ES)[:5])


def test_what_is_signed_is_what_was_shown_and_is_signed_once():
    learner = make.user(full_name="Inés Prado")
    client = reader(ES, learner)
    url = reverse("certificates:sign", args=["code-of-ethics"])
    html = body(client.get(url))
    spanish = StatementVersion.objects.get(statement__slug="code-of-ethics", language=ES)
    assert spanish.title in html
    own = spanish.wordings.last()
    sent = client.post(url, {"version": spanish.pk, "wording": own.pk, "typed_name": "Inés Prado"})
    assert sent.status_code == 302
    signature = learner.attestations.get()
    assert (signature.version, signature.words) == (spanish, own.text)
    english = reader(EN, learner)
    html = body(english.get(url))
    assert f'<blockquote class="signed-words" lang="es">{own.text}' in html
    version = StatementVersion.objects.get(statement__slug="code-of-ethics", language=EN)
    english.post(
        url,
        {"version": version.pk, "wording": version.wordings.last().pk, "typed_name": "Inés Prado"},
    )
    assert learner.attestations.get() == signature


def test_the_certificate_of_somebody_who_reads_spanish_is_in_spanish():
    award = Award.objects.get(slug="foundations-of-peer-support")
    holder = make.user(full_name="Inés Prado", language=ES)
    credential = issue_by_hand(award, holder, evidence="Seen.", by=make.user(), at=NOON)
    assert credential.language == ES
    assert credential.award_name == award.words.get(language=ES).name
    [course_edition] = CourseEdition.objects.all()
    assert [row["code"] for row in credential.competencies] == [
        row["code"] for row in course_edition.competencies
    ]
    names = {row["name"] for row in credential.competencies}
    assert names == set(CompetencyWords.objects.values_list("name", flat=True))
    other = issue_by_hand(
        award, make.user(full_name="Ada Okafor"), evidence="Seen.", by=make.user(), at=NOON
    )
    assert (other.language, other.award_name) == (EN, award.name)
    assert other.minutes == credential.minutes


def test_a_translation_is_behind_when_the_words_of_its_source_change():
    source = lesson("2.1")
    assert not any(state.is_behind for state in translations_of(source))
    source.save_revision().publish()
    source = lesson("2.1")
    assert not any(state.is_behind for state in translations_of(source))
    source.summary = "Said in another way."
    source.save_revision().publish()
    [state] = translations_of(lesson("2.1"))
    assert state.is_behind
    assert state.page.locale.language_code == ES
    confirm_translation(state.record, says_the_same=True, reviewed_by="", by=make.user(), at=NOON)
    [state] = translations_of(lesson("2.1"))
    assert not state.is_behind
    assert state.record.awaits_review
