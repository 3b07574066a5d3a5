"""A module kept on a phone: what its copy holds, for whom, and what it never holds."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.enrolling import withdraw
from courses.models import LessonPage, ModulePage, PartNote, Reflection
from courses.parts import Part
from lms.offline.copies import copied_body, is_file, size_of, size_up
from people.models import User
from tests import make
from tests.courses.reading import reflecting_lesson, signed_in, text_of
from tests.courses.test_privacy import close
from tests.make import DAY
from tests.practice import making

pytestmark = pytest.mark.django_db
CANARY = "CANARY-of-my-own-words"


@pytest.fixture
def module():
    course = make.course(order="free")
    module = make.module(course)
    reflecting_lesson(module, title="Being there", prose="<p>Words that are kept.</p>")
    making.conversation_page(module, title="At the door")
    make.quiz_page(module, title="Check yourself")
    make.edition(course)
    return ModulePage.objects.get(pk=module.pk)


@pytest.fixture
def reader(module):
    course = module.get_parent().specific
    return make.enrolment(make.user(), course, at=timezone.now() - DAY).learner


@pytest.fixture
def lesson(module):
    return LessonPage.objects.child_of(module).get()


def contents_of(browser, module):
    return browser.get(reverse("offline_contents", args=[module.translation_key]))


def copies_of(browser, module):
    """Every page of a copy, by where readers find it."""
    contents = contents_of(browser, module).json()
    return {page["path"]: browser.get(page["address"]) for page in contents["pages"]}


def test_a_copy_is_the_module_its_lessons_and_its_conversations(module, reader):
    copies = copies_of(signed_in(reader), module)
    talk = module.get_children().get(title="At the door")
    lesson = module.get_children().get(title="Being there")
    assert list(copies) == [module.url, lesson.url, talk.url]
    assert all(copy.status_code == 200 for copy in copies.values())
    assert "Words that are kept." in text_of(copies[lesson.url])
    assert "When were you quiet?" in text_of(copies[lesson.url])
    assert 'data-step="' in text_of(copies[talk.url])
    overview = text_of(copies[module.url])
    assert f'href="{lesson.url}"' in overview
    assert "Check yourself" in overview
    assert "needs a connection" in overview


def test_a_copy_holds_nothing_that_anybody_wrote(module, reader, lesson):
    block = next(block for block in lesson.body if block.block_type == "reflection")
    Reflection.objects.create(
        learner=reader,
        lesson_key=lesson.translation_key,
        block_id=block.id,
        prompt="When were you quiet?",
        text=CANARY,
        saved_at=timezone.now(),
    )
    browser = signed_in(reader)
    assert CANARY in text_of(browser.get(lesson.url))
    for copy in [*copies_of(browser, module).values(), browser.get(reverse("offline"))]:
        assert CANARY not in text_of(copy)
        assert reader.full_name not in text_of(copy)
        assert reader.email not in text_of(copy)
        assert copy.headers["Cache-Control"] == "private, no-store"


def test_a_copy_has_room_for_a_note_beside_each_part_and_holds_none(module, reader, lesson):
    PartNote.objects.create(
        learner=reader,
        lesson_key=lesson.translation_key,
        part_key=lesson.parts[0].key,
        lesson_title=lesson.title,
        language="en",
        text=CANARY,
        saved_at=timezone.now(),
    )
    browser = signed_in(reader)
    assert CANARY in text_of(browser.get(lesson.url))
    copy = text_of(copies_of(browser, module)[lesson.url])
    assert copy.count('class="note"') == len(lesson.parts)
    assert f'name="text-{lesson.parts[0].key}"' in copy
    assert CANARY not in copy


def test_each_page_says_whose_it_is(module, reader):
    browser = signed_in(reader)
    for copy in [*copies_of(browser, module).values(), browser.get(reverse("offline"))]:
        assert f'<meta name="made-for" content="{reader.pk}:' in text_of(copy)
        assert '<meta name="offline-copy"' in text_of(copy)


def test_the_version_is_the_same_for_all_until_something_is_published(module, reader, lesson):
    course = module.get_parent().specific
    other = make.enrolment(make.user(), course, at=timezone.now() - DAY).learner
    first = contents_of(signed_in(reader), module).json()
    assert contents_of(signed_in(other), module).json()["version"] == first["version"]
    make.lesson(make.module(make.course())).save_revision().publish()
    elsewhere = contents_of(signed_in(reader), module).json()
    assert elsewhere["edition"] != first["edition"]
    assert elsewhere["version"] == first["version"], "another course is another matter"
    lesson.body = [("prose", "<p>New words.</p>")]
    lesson.save_revision().publish()
    assert contents_of(signed_in(reader), module).json()["version"] != first["version"]


def test_the_size_is_that_of_its_pages_and_files(module, reader):
    browser = signed_in(reader)
    contents = contents_of(browser, module).json()
    pages = [browser.get(page["address"]) for page in contents["pages"]]
    pages.append(browser.get(contents["frame"]))
    sizes = sum(len(page.content) for page in pages) + sum(map(size_of, contents["files"]))
    assert abs(contents["bytes"] - sizes) < 200 * len(pages)
    assert any("css/site" in file for file in contents["files"])
    assert any("js/offline-talk" in file for file in contents["files"])


def test_what_has_not_opened_yet_is_not_in_it():
    course = make.course()
    first, second = make.module(course), make.module(course)
    make.lesson(first)
    later = make.lesson(second)
    make.edition(course)
    browser = signed_in(make.enrolment(make.user(), course, at=timezone.now() - DAY).learner)
    paths = [page["path"] for page in contents_of(browser, second).json()["pages"]]
    assert paths == [second.url]
    overview = text_of(browser.get(reverse("offline_module", args=[second.translation_key])))
    assert "not open yet when it was kept" in overview
    address = reverse("offline_lesson", args=[second.translation_key, later.translation_key])
    assert browser.get(address).status_code == 404
    assert "Keep this module on this phone" not in text_of(browser.get(second.url))


def test_what_is_being_worked_on_is_said_to_be(module, reader, lesson):
    """It had opened, and whoever kept the module is not to think that something is missing."""
    lesson.unpublish()
    [text] = [
        text_of(copy)
        for path, copy in copies_of(signed_in(reader), module).items()
        if path == module.url
    ]
    assert "Being there" in text
    assert "being worked on when it was kept" in text
    assert "not open yet when it was kept" not in text


@pytest.mark.parametrize(
    "by", [{"kind": "groups"}, {"kind": "password", "password": "quiet stone"}], ids=str
)
def test_what_is_closed_to_its_reader_is_named_and_left_out(module, reader, lesson, by):
    """A module that holds one lesson for others could not be kept at all."""
    close(lesson, **by)
    copies = copies_of(signed_in(reader), module)
    assert lesson.url not in copies
    assert len(copies) > 1
    assert "closed to you when it was kept" in text_of(copies[module.url])


def test_it_is_there_for_nobody_without_an_open_place(module, reader, lesson):
    names = ("offline_contents", "offline_module")
    addresses = [reverse(name, args=[module.translation_key]) for name in names]
    keys = [module.translation_key, lesson.translation_key]
    addresses.append(reverse("offline_lesson", args=keys))
    stranger = signed_in(make.user())
    for address in addresses:
        assert Client().get(address).headers["Location"].startswith("/accounts/login/")
        assert stranger.get(address).status_code == 404
        assert signed_in(reader).get(address).status_code == 200
    withdraw(reader.enrolments.get(), at=timezone.now())
    for address in addresses:
        assert signed_in(reader).get(address).status_code == 404


def test_what_is_no_such_step_is_not_found(module, reader, lesson):
    browser = signed_in(reader)
    key = module.translation_key
    for name, step in (
        ("offline_lesson", uuid4()),
        ("offline_conversation", lesson.translation_key),
        ("offline_lesson", key),
    ):
        assert browser.get(reverse(name, args=[key, step])).status_code == 404
    assert browser.get(reverse("offline_contents", args=[uuid4()])).status_code == 404


def test_a_conversation_brings_its_script_and_every_face(module, reader):
    talk = module.get_children().get(title="At the door").specific
    keys = [module.translation_key, talk.translation_key]
    page = text_of(signed_in(reader).get(reverse("offline_conversation", args=keys)))
    script = page.partition('<script id="script" type="application/json">')[2]
    values = json.loads(script.partition("</script>")[0])
    assert [moment["name"] for moment in values["moments"]] == ["n1", "n2"]
    assert len(values["digest"]) == 64
    for face in ("guarded", "listening", "eased", "strained"):
        assert f"|{face}" in page
    assert reverse("practice:bring", args=[talk.translation_key]) in page


def test_a_film_is_said_to_be_left_out_and_a_picture_has_one_size(module, lesson, monkeypatch):
    class Text:
        part = Part(key=uuid4(), heading="Films", start=0, stop=1, words=3)
        pieces = (
            '<figure><video src="/media/a.mp4"><track src="/x.vtt"></video>Its words.</figure>'
            '<img src="/media/a.png" srcset="/media/b.png 2x" sizes="100vw">'
            "<audio controls\nsrc='/media/a.mp3'></audio>",
        )

    monkeypatch.setattr("lms.offline.copies.lesson_text", lambda page, edition: (Text(),))
    body = copied_body(lesson, 1)
    assert "<video" not in body
    assert "<audio" not in body
    assert body.count("Films and sound are not kept on the phone.") == 2
    assert "Its words." in body
    assert '<img src="/media/a.png">' in body


def test_files_are_those_of_this_site_that_a_page_shows():
    page = (
        '<link href="/static/css/site.css"><img src="/media/none.png"><a href="/learn/">x</a>'
        '<a href="https://example.org/a.css">y</a><link href="/accent.css?v=112233">'
    )
    size = size_up([page])
    assert size.files == ("/accent.css?v=112233", "/media/none.png", "/static/css/site.css")
    assert size.bytes > size_of("/static/css/site.css") > 1000
    assert size_of("/media/none.png") == 0
    assert size_of("/accent.css?v=112233") == 0
    assert not is_file("/learn/")


@pytest.mark.parametrize(
    "differs",
    [
        '<meta name="made-for" content="%s:1abc:x-Y_z">',
        '<input type="hidden" name="csrfmiddlewaretoken" value="%sabc">',
        '<meta name="edition" content="%s">',
    ],
)
def test_what_differs_from_person_to_person_is_no_new_version(differs):
    assert size_up([differs % 1]).digest == size_up([differs % 22]).digest
    assert size_up(["one"]).digest != size_up(["two"]).digest


# The machine's side -----------------------------------------------------------------------


def test_the_worker_answers_for_the_whole_site_and_is_asked_for_anew():
    answer = Client().get(reverse("offline_worker"))
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "connect-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    assert 'addEventListener("fetch"' in text_of(answer)


def test_the_manifest_names_the_site_and_where_it_begins():
    answer = Client().get(reverse("manifest"))
    assert answer.headers["Content-Type"] == "application/manifest+json"
    values = answer.json()
    assert values["start_url"] == reverse("learn")
    assert values["scope"] == "/"
    assert values["name"]
    assert all(icon["src"].startswith("/static/img/") for icon in values["icons"])
    assert f'rel="manifest" href="{reverse("manifest")}"' in text_of(Client().get("/help/"))


def test_the_page_for_what_is_not_kept_has_the_help_lines(reader):
    page = text_of(signed_in(reader).get(reverse("offline")))
    assert "This page is not on your phone" in page
    assert "call your local emergency number" in page
    assert "Calls and text messages work without internet." in page


def test_a_module_offers_it_to_whoever_reads_there_and_to_nobody_else(module, reader):
    offer = "Keep this module on this phone"
    assert offer in text_of(signed_in(reader).get(module.url))
    assert offer not in text_of(Client().get(module.url))
    assert offer not in text_of(signed_in(make.user()).get(module.url))
    assert User.objects.filter(pk=reader.pk).exists()


def test_a_lesson_in_spanish_says_so_in_spanish(module, reader):
    browser = signed_in(reader)
    User.objects.filter(pk=reader.pk).update(language="es")
    browser.cookies["language"] = "es"
    page = text_of(browser.get(reverse("offline"), headers={"accept-language": "es"}))
    assert '<html lang="es"' in page
    assert "Esta página no está en tu teléfono" in page


# In two languages --------------------------------------------------------------------------------


def test_each_page_names_its_addresses_in_the_other_language(module, reader):
    course = module.get_parent().specific
    before = contents_of(signed_in(reader), module).json()
    assert [page["others"] for page in before["pages"]] == [[], [], []]
    in_course = make.translation_of(course)
    lesson = LessonPage.objects.child_of(module).get()
    same = {"locale": in_course.locale}
    in_spanish = make.module(in_course, translation_key=module.translation_key, **same)
    make.lesson(in_spanish, translation_key=lesson.translation_key, **same)
    other = LessonPage.objects.get(locale=in_course.locale)
    contents = contents_of(signed_in(reader), module).json()
    others = {page["path"]: page["others"] for page in contents["pages"]}
    assert others[module.url] == [in_spanish.url]
    assert others[lesson.url] == [other.url]
    assert contents["version"] != before["version"]
    User.objects.filter(pk=reader.pk).update(language="es")
    contents = contents_of(signed_in(reader), module).json()
    others = {page["path"]: page["others"] for page in contents["pages"]}
    assert others[in_spanish.url] == [module.url]
