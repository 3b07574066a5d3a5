"""What the pages of a course show to whoever asks, and what can be done from them."""

from __future__ import annotations

import random
import re
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction
from wagtail.search.index import insert_or_update_object

from assessments.models import Attempt, Mark, PaperItem, QuizPage, ResponseStep, Result
from courses.models import Completion, CoursePage, Enrolment, LessonPage, Opening, Reflection
from courses.outlines import progress_of
from people.models import User
from tests import make
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


def signed_in(person):
    browser = Client()
    browser.force_login(person)
    return browser


def text_of(response):
    return response.content.decode()


def reflecting_lesson(module, **fields):
    body = [
        ("prose", fields.pop("prose", "<p>Be there first.</p>")),
        ("reflection", {"prompt": "When were you quiet?"}),
    ]
    return make.lesson(module, body=body, **fields)


# A14: what is not for visitors is nowhere to be found ------------------------------------

LINK = re.compile(r'(?:href|action|src)="(/[^"#]*)')


def crawl(browser, *starts):
    """Every page that links lead to, by its address."""
    seen, todo = {}, list(starts)
    while todo:
        url = todo.pop()
        if url in seen or url.startswith(("/static/", "/admin/")):
            continue
        response = browser.get(url)
        if response.status_code in {301, 302, 303}:
            todo.append(response.headers["Location"])
        body = b"".join(response.streaming_content) if response.streaming else response.content
        seen[url] = body.decode()
        todo += [link.replace("&amp;", "&") for link in LINK.findall(seen[url])]
    return seen


@pytest.fixture
def secrets():
    """A course with a canary in each place that visitors must not see."""
    course = make.course("Listening well", order="free")
    module = make.module(course)
    lesson = reflecting_lesson(module, title="Silence", prose="<p>canarybody word.</p>")
    draft = make.lesson(module, title="canarydraft", summary="canarydraft summary")
    draft.unpublish()
    changed = make.lesson(module, title="Questions")
    changed.title = "canaryrevision"
    changed.save_revision()
    closed = make.module(course, "canaryrestricted")
    make.lesson(closed, title="canaryrestrictedlesson", body=[("prose", "<p>canarywithin</p>")])
    PageViewRestriction.objects.create(
        page=closed.page_ptr, restriction_type=PageViewRestriction.PASSWORD, password="open"
    )
    question = make.single_choice(
        stem="<p>canarystem</p>",
        options=[("canaryoption", "1", "canaryfeedback"), ("Fix", "0", "canarymistake")],
        rationale="<p>canaryrationale</p>",
    )
    quiz = make.quiz([question], title="canaryquizinside")
    page = make.quiz_page(module, quiz, title="Quiz one")
    learner = make.user(full_name="Canaryname Okafor", email="canarymail@peerwork.example")
    place = make.enrolment(learner, course)
    Reflection.objects.create(
        learner=learner,
        lesson_key=lesson.translation_key,
        block_id=lesson.body[1].id,
        prompt="When were you quiet?",
        text="canaryreflection",
        saved_at=NOON,
    )
    make.attempt(place, page)
    for one in Page.objects.specific():
        insert_or_update_object(one)
    return course


WORDS = [
    "canarybody", "canarydraft", "canaryrevision", "canarywithin", "canarystem", "canaryoption",
    "canaryfeedback", "canarymistake", "canaryrationale", "canaryquizinside", "canaryname",
    "canarymail", "canaryreflection",
]  # fmt: skip


@pytest.mark.parametrize("who", ["a visitor", "a learner without a place", "one who left"])
def test_no_link_no_search_and_no_json_leads_to_what_is_not_theirs(secrets, who):
    browser = Client()
    if who != "a visitor":
        person = make.user()
        browser.force_login(person)
        if who == "one who left":
            make.enrolment(person, secrets, withdrawn_at=NOON)
    searches = [f"/search/?q={word}" for word in [*WORDS, "word", "canary", "silence", "quiz"]]
    pages = [page.url for page in [*LessonPage.objects.all(), *QuizPage.objects.all()]]
    seen = crawl(browser, "/", secrets.url, *pages, *searches)
    assert len(seen) > 15
    found = {
        (word, url)
        for url, text in seen.items()
        for word in WORDS
        # A search says back what was looked for.
        if word in text.lower() and not url.startswith(f"/search/?q={word}")
    }
    assert not found
    for word in WORDS:
        assert f"Nothing yet for “{word}”" in seen[f"/search/?q={word}"]
    answers = [
        browser.get(url, headers={"Accept": "application/json"})
        for url in [*pages, "/search/?q=canarybody", "/api/v2/pages/", "/learn/"]
    ]
    assert not [
        word
        for word in WORDS
        for answer in answers
        if word in text_of(answer).lower() and "canarybody" not in answer.request["QUERY_STRING"]
    ]


def test_a_learner_with_a_place_finds_the_words_of_a_lesson(secrets):
    learner = make.enrolment(course=secrets).learner
    browser = signed_in(learner)
    assert "Silence" in text_of(browser.get("/search/?q=canarybody"))
    lesson = LessonPage.objects.get(title="Silence")
    assert "canarybody" in text_of(browser.get(lesson.url))
    # Nor does a place show what is another's, unpublished or kept for later.
    rest = set(WORDS) - {"canarybody"}
    seen = crawl(browser, "/", secrets.url, *(f"/search/?q={word}" for word in WORDS))
    assert not {
        (word, url)
        for url, text in seen.items()
        for word in rest
        if word in text.lower() and f"q={word}" not in url
    }


def test_a_page_that_only_those_signed_in_may_see_is_read_by_those_with_a_place():
    course = make.course(order="free")
    module = make.module(course)
    lesson = reflecting_lesson(module, prose="<p>canarybody</p>")
    PageViewRestriction.objects.create(
        page=module.page_ptr, restriction_type=PageViewRestriction.LOGIN
    )
    assert Client().get(lesson.url).headers["Location"].startswith("/accounts/login/")
    assert "canarybody" not in text_of(signed_in(make.user()).get(lesson.url))
    assert "canarybody" in text_of(signed_in(make.enrolment(course=course).learner).get(lesson.url))


def test_a_page_behind_a_password_is_read_with_both_the_password_and_a_place():
    course = make.course(order="free")
    module = make.module(course)
    lesson = reflecting_lesson(module, prose="<p>canarybody</p>")
    restriction = PageViewRestriction.objects.create(
        page=module.page_ptr, restriction_type=PageViewRestriction.PASSWORD, password="open"
    )
    within = signed_in(make.enrolment(course=course).learner)
    for browser, reads in ((Client(), False), (within, True)):
        assert "canarybody" not in text_of(browser.get(lesson.url))
        url = reverse("wagtailcore_authenticate_with_password", args=[restriction.pk, lesson.pk])
        browser.post(url, {"password": "open", "return_url": lesson.url})
        assert ("canarybody" in text_of(browser.get(lesson.url))) == reads


# P02: nobody sets their own progress -------------------------------------------------------


def fields_of_every_record():
    """Each field of each record of learning, with something that would be worth having."""
    worth = {
        models.BooleanField: "true",
        models.DateTimeField: "2030-01-01T00:00:00Z",
        models.DateField: "2030-01-01",
        models.DecimalField: "99",
        models.TextField: "mine",
        models.CharField: "mine",
        models.UUIDField: str(uuid4()),
    }
    records = [
        Enrolment, Completion, Opening, Attempt, PaperItem, ResponseStep, Result, Mark, User,
        *apps.get_app_config("certificates").get_models(),
    ]  # fmt: skip
    form = {}
    for record in records:
        for field in record._meta.get_fields():
            if not getattr(field, "concrete", False):
                continue
            value = next((one for kind, one in worth.items() if isinstance(field, kind)), "1")
            form[field.name] = value
            form[getattr(field, "attname", field.name)] = value
    return form


def everything_recorded():
    """The records of learning, as they stand."""
    kept = {}
    for record in (
        Enrolment,
        Completion,
        Opening,
        Attempt,
        PaperItem,
        ResponseStep,
        Result,
        Mark,
        User,
    ):
        rows = record.objects.order_by("pk").values()
        kept[record.__name__] = [
            {name: value for name, value in row.items() if name != "last_login"} for row in rows
        ]
    for record in apps.get_app_config("certificates").get_models():
        kept[record.__name__] = list(record.objects.order_by("pk").values())
    return kept


def test_no_field_that_is_posted_becomes_progress():
    course = make.full_course(modules=2, lessons=2)
    place = make.enrolment(course=course)
    locked = LessonPage.objects.descendant_of(course).order_by("path").last()
    quiz_page = QuizPage.objects.descendant_of(course).order_by("path").first()
    attempt = make.attempt(place, quiz_page)
    statement = make.statement()
    before = everything_recorded()
    browser = signed_in(place.learner)
    form = fields_of_every_record()
    assert len(form) > 60
    own = {"lesson": locked.pk, "course": "", "block": "", "base": "", "typed_name": ""}
    urls = [
        reverse("courses:complete_lesson"),
        reverse("courses:save_reflection"),
        reverse("courses:enrol"),
        reverse("assessments:save_attempt", args=[attempt.pk]),
        reverse("assessments:attempt", args=[attempt.pk]),
        reverse("assessments:submit", args=[attempt.pk]),
        reverse("certificates:sign", args=[statement.statement.slug]),
        "/learn/",
        course.url,
        locked.url,
        "/verify/",
    ]
    for url in urls:
        for method in (browser.post, browser.put, browser.patch, browser.delete):
            if method == browser.post:
                assert method(url, {**form, **own}).status_code < 500, url
            else:
                assert method(url, form, content_type="application/json").status_code < 500, url
    assert everything_recorded() == before


def test_an_enrolment_is_made_now_and_for_oneself_whatever_is_posted():
    course, other = make.course(), make.user()
    learner = make.user()
    browser = signed_in(learner)
    posted = {**fields_of_every_record(), "course": course.pk, "learner": other.pk}
    with time_machine.travel(NOON, tick=False):
        browser.post(reverse("courses:enrol"), posted)
    place = Enrolment.objects.get()
    assert (place.learner, place.course, place.enrolled_at) == (learner, course, NOON)
    assert (place.withdrawn_at, place.ends_at) == (None, None)


def test_a_finished_lesson_is_finished_now_whatever_is_posted():
    course = make.full_course(quizzes=False)
    place = make.enrolment(course=course)
    lesson = LessonPage.objects.descendant_of(course).order_by("path").first()
    posted = {**fields_of_every_record(), "lesson": lesson.pk, "course": course.pk}
    with time_machine.travel(NOON + HOUR, tick=False):
        signed_in(place.learner).post(reverse("courses:complete_lesson"), posted)
    done = Completion.objects.get()
    assert (done.enrolment, done.page_key) == (place, lesson.translation_key)
    assert done.completed_at == NOON + HOUR


def test_a_profile_holds_what_its_form_asks_and_nothing_else():
    person = make.user()
    posted = {
        **fields_of_every_record(),
        "full_name": "Ada N.",
        "language": "es",
        "time_zone": "UTC",
    }
    assert signed_in(person).post("/accounts/profile/", posted).status_code == 302
    after = User.objects.get()
    assert (after.full_name, after.language) == ("Ada N.", "es")
    for field in (
        "email",
        "password",
        "is_superuser",
        "is_active",
        "agreed_at",
        "joined_at",
        "evidence_number",
    ):
        assert getattr(after, field) == getattr(person, field), field
    assert not after.groups.exists()
    assert not after.user_permissions.exists()


# P04: a place that ends while its learner is reading ---------------------------------------


class Reader:
    """A learner half way: with an open attempt, a result, a reflection and a certificate."""

    def __init__(self):
        self.course = make.course(order="free")
        module = make.module(self.course)
        self.lesson = reflecting_lesson(module, prose="<p>canarybody</p>")
        self.quiz_page = make.quiz_page(module)
        self.place = make.enrolment(course=self.course, ends_at=NOON + HOUR, at=NOON - DAY)
        self.browser = signed_in(self.place.learner)
        done = make.attempt(self.place, self.quiz_page, at=NOON - HOUR)
        self.post("assessments:submit", done.pk, base=0)
        self.result = reverse("assessments:result", args=[done.pk])
        self.attempt = make.attempt(self.place, self.quiz_page, at=NOON)
        self.credential = make.credential(make.award(), self.place.learner, at=NOON)
        self.write("Before.")

    def post(self, name, *args, **form):
        return self.browser.post(reverse(name, args=args), form)

    def write(self, text, number=0):
        block = self.lesson.body[1].id
        return self.post(
            "courses:save_reflection",
            lesson=self.lesson.pk,
            block=block,
            **{f"text-{block}": text, f"number-{block}": number},
        )


@pytest.fixture
def travel():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def reader(travel):
    return Reader()


def test_up_to_the_moment_it_ends_a_place_lets_its_learner_go_on(reader, travel):
    travel.move_to(NOON + HOUR - HOUR / 3600)
    assert "canarybody" in text_of(reader.browser.get(reader.lesson.url))
    assert reader.post("assessments:save_attempt", reader.attempt.pk, base=0).status_code == 200
    assert reader.write("Just in time.", 1).status_code == 302
    assert reader.post("courses:complete_lesson", lesson=reader.lesson.pk).status_code == 302
    assert Completion.objects.filter(page_key=reader.lesson.translation_key).exists()
    assert reader.post("assessments:submit", reader.attempt.pk, base=0).status_code == 303
    assert not Attempt.objects.open().exists()


def test_from_the_moment_it_ends_a_place_is_closed_for_reading_and_doing(reader, travel):
    travel.move_to(NOON + HOUR)
    before = everything_recorded()
    attempt = reader.attempt
    answers = make.paper_form(attempt, make.right_responses(attempt), base="0")

    page = text_of(reader.browser.get(reader.lesson.url))
    assert "canarybody" not in page
    assert "Your place on this course is closed" in page
    insert_or_update_object(reader.lesson)
    assert "Nothing yet for" in text_of(reader.browser.get("/search/?q=canarybody"))
    shown = reader.browser.get(reverse("assessments:attempt", args=[attempt.pk]))
    assert shown.status_code == 403
    assert attempt.paper.items[0].stem not in text_of(shown)

    saved = reader.browser.post(reverse("assessments:save_attempt", args=[attempt.pk]), answers)
    assert (saved.status_code, saved.json()["state"]) == (403, "ended")
    whole = reader.browser.post(reverse("assessments:attempt", args=[attempt.pk]), answers)
    assert whole.status_code == 403
    assert reader.post("assessments:submit", attempt.pk, base=0).status_code == 403
    assert reader.post("courses:complete_lesson", lesson=reader.lesson.pk).status_code == 302
    assert reader.write("Too late.", 1).status_code == 404
    started = reader.post("assessments:start_attempt", reader.quiz_page.translation_key)
    assert started.headers["Location"] == reader.quiz_page.url

    assert everything_recorded() == before
    assert Reflection.objects.get().text == "Before."


def test_what_a_learner_did_stays_theirs_to_read_when_their_place_has_ended(reader, travel):
    travel.move_to(NOON + HOUR)
    assert reader.browser.get(reader.result).status_code == 200
    quiz = text_of(reader.browser.get(reader.quiz_page.url))
    assert reader.result in quiz
    learn = text_of(reader.browser.get("/learn/"))
    assert reader.credential.number in learn
    assert "Before." in text_of(reader.browser.get(reverse("courses:reflections")))
    assert "Before." in text_of(reader.browser.get(reverse("courses:reflections_download")))
    pdf = reader.browser.get(reverse("certificates:pdf", args=[reader.credential.number]))
    assert pdf.status_code in {200, 202}


def test_a_place_that_has_ended_is_not_given_back_by_asking_for_it(reader, travel):
    travel.move_to(NOON + HOUR)
    page = text_of(reader.browser.get(reader.course.url))
    assert reverse("courses:enrol") not in page
    assert "Your time here has ended" in page
    for url in (reader.lesson.url, reader.quiz_page.url, reader.lesson.get_parent().url):
        assert reverse("courses:enrol") not in text_of(reader.browser.get(url)), url
    said = reader.browser.post(reverse("courses:enrol"), {"course": reader.course.pk}, follow=True)
    assert "You have a place" not in text_of(said)
    assert "has ended" in text_of(said)
    assert not Enrolment.objects.open(NOON + HOUR).exists()


def test_leaving_does_not_get_round_the_end_of_a_place(reader, travel):
    reader.post("courses:withdraw", reader.place.pk)
    travel.move_to(NOON + HOUR)
    reader.post("courses:enrol", course=reader.course.pk)
    assert not Enrolment.objects.open(NOON + HOUR).exists()
    assert "canarybody" not in text_of(reader.browser.get(reader.lesson.url))


def test_whoever_withdrew_reads_their_records_and_comes_back_to_them(reader):
    reader.post("courses:withdraw", reader.place.pk)
    assert "canarybody" not in text_of(reader.browser.get(reader.lesson.url))
    assert reader.browser.get(reader.result).status_code == 200
    assert "Before." in text_of(reader.browser.get(reverse("courses:reflections")))
    reader.post("courses:enrol", course=reader.course.pk)
    page = text_of(reader.browser.get(reader.lesson.url))
    assert "canarybody" in page
    assert "Before." in page


# Q16: whatever is called in whatever order, the rules hold ---------------------------------


class Walk:
    """A learner, or a script of theirs, who calls anything at any moment."""

    calls = [
        "enrol", "withdraw", "ends", "look", "finish_lesson", "reflect", "start", "start", "save",
        "page", "finish", "submit", "submit", "result",
    ]  # fmt: skip

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.course = make.course(order="in_order")
        for _ in range(2):
            module = make.module(self.course)
            reflecting_lesson(module)
            quiz = make.quiz([make.true_false()], attempts_allowed=2, pass_percent=Decimal(50))
            make.quiz_page(module, quiz)
        self.course = CoursePage.objects.get(pk=self.course.pk)
        self.lessons = list(LessonPage.objects.descendant_of(self.course).order_by("path"))
        self.quizzes = list(QuizPage.objects.descendant_of(self.course).order_by("path"))
        self.learner = make.user()
        self.browser = signed_in(self.learner)
        self.now = NOON

    def one_of(self, things):
        return self.random.choice(list(things))

    def an_attempt(self):
        mine = list(Attempt.objects.filter(enrolment__learner=self.learner))
        return self.one_of(mine) if mine else None

    def step(self):
        name = self.one_of(self.calls)
        return name, getattr(self, name)()

    def enrol(self):
        return self.browser.post(reverse("courses:enrol"), {"course": self.course.pk})

    def withdraw(self):
        place = Enrolment.objects.filter(learner=self.learner).first()
        key = place.pk if place and self.random.random() < 0.5 else uuid4()
        return self.browser.post(reverse("courses:withdraw", args=[key]))

    def ends(self):
        """An administrator moves the end of the place, or takes it away."""
        end = self.one_of([None, None, None, self.now - HOUR, self.now + DAY])
        Enrolment.objects.filter(learner=self.learner).update(ends_at=end)
        return self.browser.get("/learn/")

    def look(self):
        page = self.one_of([self.course, *self.lessons, *self.quizzes])
        return self.browser.get(page.url)

    def finish_lesson(self):
        return self.browser.post(
            reverse("courses:complete_lesson"), {"lesson": self.one_of(self.lessons).pk}
        )

    def reflect(self):
        lesson = self.one_of(self.lessons)
        return self.browser.post(
            reverse("courses:save_reflection"),
            {
                "lesson": lesson.pk,
                "block": lesson.body[1].id,
                f"text-{lesson.body[1].id}": self.one_of(["", "a", "b"]),
                f"number-{lesson.body[1].id}": self.one_of([0, 1, 2]),
            },
        )

    def start(self):
        key = self.one_of(self.quizzes).translation_key
        return self.browser.post(reverse("assessments:start_attempt", args=[key]))

    def on_an_attempt(self, name, *, post):
        attempt = self.an_attempt()
        url = reverse(name, args=[attempt.pk if attempt else uuid4()])
        if not post:
            return self.browser.get(url)
        form = {"base": self.one_of(["0", "1", "2", "", "-1", "x"])}
        if attempt:
            form["base"] = self.one_of([form["base"], attempt.save_number, attempt.save_number])
            if self.random.random() < 0.7:
                form = make.paper_form(attempt, make.right_responses(attempt), **form)
        return self.browser.post(url, form)

    def save(self):
        return self.on_an_attempt("assessments:save_attempt", post=True)

    def page(self):
        return self.on_an_attempt("assessments:attempt", post=self.random.random() < 0.5)

    def submit(self):
        return self.on_an_attempt("assessments:submit", post=True)

    def finish(self):
        return self.on_an_attempt("assessments:finish", post=False)

    def result(self):
        return self.on_an_attempt("assessments:result", post=False)


def evidence():
    """What was ever recorded; it may grow and never shrinks or changes."""
    return {
        "completions": set(Completion.objects.values_list("page_key", "completed_at")),
        "openings": set(Opening.objects.values_list("page_key", "opened_at")),
        "results": set(Result.objects.values_list("attempt_id", "score", "passed", "marked_at")),
        "responses": set(ResponseStep.objects.values_list("item", "number", "at", "state")),
        "papers": set(PaperItem.objects.values_list("attempt_id", "place", "key", "revision")),
        "handed in": set(
            Attempt.objects.exclude(submitted_at=None).values_list(
                "pk", "submitted_at", "save_number"
            )
        ),
    }


def hold_the_rules(walk, was_open, before, after):
    for what, rows in before.items():
        assert rows <= after[what], f"{what} was taken back"
    if not was_open:
        assert after == before, "something was recorded on a closed place"
    assert Enrolment.objects.filter(learner=walk.learner).count() <= 1
    done = {key for key, _ in after["completions"]}
    first, second = walk.course.get_children().order_by("path")
    if second.translation_key in {key for key, _ in after["openings"]}:
        assert first.translation_key in done, "the second module opened before its time"
    for quiz_page in walk.quizzes:
        attempts = Attempt.objects.filter(quiz=quiz_page.quiz)
        assert attempts.open().count() <= 1
        assert attempts.count() <= 2
        passed = Result.objects.filter(attempt__quiz=quiz_page.quiz, passed=True).exists()
        assert (quiz_page.translation_key in done) == passed
    assert Result.objects.count() == Attempt.objects.exclude(submitted_at=None).count()
    for attempt in Attempt.objects.exclude(submitted_at=None):
        late = ResponseStep.objects.filter(item__attempt=attempt, at__gt=attempt.submitted_at)
        assert not late.exists()
    if (place := Enrolment.objects.filter(learner=walk.learner).first()) is not None:
        assert progress_of(place).is_complete == (walk.course.translation_key in done)


@pytest.mark.parametrize("seed", range(4))
def test_calling_anything_in_any_order_stays_within_the_rules(seed):
    with time_machine.travel(NOON, tick=False) as clock:
        walk = Walk(seed)
        seen = set()
        for _ in range(70):
            walk.now += HOUR
            clock.move_to(walk.now)
            was_open = Enrolment.objects.filter(learner=walk.learner).open(walk.now).exists()
            before = evidence()
            name, response = walk.step()
            assert response.status_code < 500, name
            if name == "enrol":
                was_open = Enrolment.objects.filter(learner=walk.learner).open(walk.now).exists()
            hold_the_rules(walk, was_open, before, evidence())
            seen.add((name, response.status_code))
        assert len(seen) > 8
