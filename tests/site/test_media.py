"""A file is there for those who may read a page that shows it; nothing else that was uploaded is."""

import warnings

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from wagtail.contrib.settings.models import BaseSiteSetting
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import (
    Collection,
    CollectionMember,
    CollectionViewRestriction,
    Page,
    PageViewRestriction,
    ReferenceIndex,
    Site,
)
from wagtailmedia.models import Media

from courses.enrolling import complete_lesson
from courses.models import CoursePage
from lms.models import SiteSettings
from people.roles import own_app_configs
from tests import make
from tests.courses.uploads import making
from tests.make import DAY, HOUR

pytestmark = pytest.mark.django_db

# Whether a file stands on closed pages alone is asked of the database.
pytestmark = pytest.mark.django_db

CONTENT = bytes(range(256)) * 1000
CAPTIONS = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHi\n"
FOR_EVERYONE = "public, max-age=86400"
ASKED_EACH_TIME = "private, no-cache"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media-root"


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Wagtail leaves files open
        yield


def body(response):
    return b"".join(response) if response.streaming else response.content


def new_film():
    return Media.objects.create(
        title="Film",
        type="video",
        file=ContentFile(CONTENT, "film.mp4"),
        thumbnail=ContentFile(making.picture(), "film.jpg"),
    )


def new_document(name="card.vtt", content=CAPTIONS):
    return Document.objects.create(title=name, file=ContentFile(content, name))


def new_picture():
    return Image.objects.create(title="Tea", file=ContentFile(making.picture(), "tea.jpg"))


def address(file):
    if isinstance(file, Document):
        return file.url
    return (file.get_rendition("width-40") if isinstance(file, Image) else file).file.url


def shown(page):
    """A page whose files are on record, as they are once it is published."""
    ReferenceIndex.create_or_update_for_object(page)
    return page


def block_with(file):
    if isinstance(file, Image):
        return [("image", {"image": file, "decorative": True})]
    if isinstance(file, Document):
        return [("prose", f'<p><a linktype="document" id="{file.pk}">A card</a></p>')]
    film = {"video": file, "title": "Film", "captions": new_document(), "transcript": "<p>Hi</p>"}
    return [("video", film)]


KINDS = [new_picture, new_film, new_document]


@pytest.fixture
def film():
    """A film that everyone may see."""
    film = new_film()
    shown(make.standing_page(body=block_with(film)))
    return film


# Parts of a file ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "requested, first, last",
    [
        ("bytes=0-", 0, 255999),
        ("bytes=0-0", 0, 0),
        ("bytes=0-1", 0, 1),
        ("bytes=100-199", 100, 199),
        ("bytes=255990-999999", 255990, 255999),
        ("bytes=-1", 255999, 255999),
        ("bytes=-10", 255990, 255999),
        ("bytes=-999999", 0, 255999),
    ],
)
def test_a_player_is_given_the_part_it_asks_for(client, film, requested, first, last):
    response = client.get(film.file.url, headers={"Range": requested})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/256000"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("requested", ["bytes=256000-", "bytes=9-3"])
def test_a_part_that_is_not_there_is_said(client, film, requested):
    response = client.get(film.file.url, headers={"Range": requested})
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */256000"


@pytest.mark.parametrize("requested", ["bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", ""])
def test_a_range_that_is_not_understood_is_answered_whole(client, film, requested):
    response = client.get(film.file.url, headers={"Range": requested})
    assert response.status_code == 200
    assert body(response) == CONTENT
    assert response["Accept-Ranges"] == "bytes"


def test_a_player_that_holds_a_part_of_another_file_is_sent_all_of_this_one(client, film):
    etag = client.get(film.file.url)["ETag"]
    same = client.get(film.file.url, headers={"Range": "bytes=0-1", "If-Range": etag})
    other = client.get(film.file.url, headers={"Range": "bytes=0-1", "If-Range": '"another"'})
    assert (same.status_code, other.status_code) == (206, 200)


def test_what_a_browser_holds_is_not_sent_again(client, film):
    etag = client.get(film.file.url)["ETag"]
    again = client.get(film.file.url, headers={"If-None-Match": etag})
    assert (again.status_code, again["Cache-Control"]) == (304, FOR_EVERYONE)


# Who may open a file -----------------------------------------------------------------------


@pytest.mark.parametrize("new_file", KINDS)
def test_a_file_of_a_standing_page_is_for_everyone(client, new_file):
    file = new_file()
    assert client.get(address(file)).status_code == 404
    shown(make.standing_page(body=block_with(file)))
    response = client.get(address(file))
    assert response.status_code == 200
    if not isinstance(file, Document):
        assert response["Cache-Control"] == FOR_EVERYONE


@pytest.mark.parametrize("new_file", KINDS)
def test_a_file_of_a_lesson_is_for_those_who_may_read_the_lesson(client, new_file):
    file = new_file()
    course = make.course(order="free")
    shown(make.lesson(make.module(course), body=block_with(file)))
    learner, stranger, ended, withdrawn = (make.user() for _ in range(4))
    at = timezone.now()
    make.enrolment(learner, course, at=at - DAY)
    for person, closed in [(ended, {"ends_at": at - HOUR}), (withdrawn, {"withdrawn_at": at})]:
        place = make.enrolment(person, course, at=at - DAY)
        type(place).objects.filter(pk=place.pk).update(**closed)
    make.enrolment(stranger, make.course(), at=at - DAY)

    assert client.get(address(file)).status_code == 404
    for person in (stranger, ended, withdrawn):
        client.force_login(person)
        assert client.get(address(file)).status_code == 404
    client.force_login(learner)
    response = client.get(address(file))
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("new_file", KINDS)
def test_a_file_of_a_lesson_waits_with_the_lesson_for_its_turn(client, new_file):
    file = new_file()
    course = make.course(order=CoursePage.Order.IN_ORDER)
    first = make.lesson(make.module(course))
    last = shown(make.lesson(make.module(course), body=block_with(file)))
    place = make.enrolment(make.user(), course)
    client.force_login(place.learner)
    assert client.get(address(file)).status_code == 404
    complete_lesson(place, first, at=timezone.now())
    assert client.get(address(file)).status_code == 200
    last.get_parent().specific.unpublish()
    assert client.get(address(file)).status_code == 404


@pytest.mark.parametrize("new_file", KINDS)
def test_a_file_that_no_page_shows_is_for_those_who_work_with_files(client, new_file):
    file = new_file()
    for person, expected in [
        (make.user(), 404),
        (make.staff("wagtailadmin.access_admin"), 404),
        (make.user(is_superuser=True), 200),
    ]:
        client.force_login(person)
        assert client.get(address(file)).status_code == expected


def test_the_logo_is_for_everyone(client):
    make.home()
    logo = new_picture()
    SiteSettings.for_site(Site.objects.get()).delete()
    SiteSettings.objects.create(site=Site.objects.get(), logo=logo)
    assert client.get(address(logo)).status_code == 200


def test_the_picture_before_a_film_is_shown_with_it(client, film):
    response = client.get(film.thumbnail.url)
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    film.thumbnail.storage.delete(film.thumbnail.name)
    assert client.get(film.thumbnail.url).status_code == 404


def test_a_page_that_is_restricted_keeps_its_files(client):
    file = new_picture()
    page = shown(make.standing_page("Inside", body=block_with(file)))
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(address(file)).status_code == 403
    client.force_login(make.user())
    response = client.get(address(file))
    assert (response.status_code, response["Cache-Control"]) == (200, ASKED_EACH_TIME)


def test_a_restricted_collection_keeps_its_files(client, film):
    inside = Collection.get_first_root_node().add_child(name="Inside")
    Media.objects.filter(pk=film.pk).update(collection=inside)
    CollectionViewRestriction.objects.create(
        collection=inside, restriction_type=CollectionViewRestriction.LOGIN
    )
    assert client.get(film.file.url).status_code == 404
    client.force_login(make.user())
    assert client.get(film.file.url)["Cache-Control"] == ASKED_EACH_TIME


def test_whatever_may_show_a_file_is_a_page_or_a_setting_of_the_site():
    """A model that shows files in another way needs a rule in courses/file_access.py first.

    Practice finds the pages of its recordings by the hook that is there for it.
    """
    ours = [model for app in own_app_configs() for model in app.get_models()]
    showing = {
        model._meta.label
        for model in ours
        for to_model in references_of(model)
        if isinstance(to_model, type) and issubclass(to_model, CollectionMember)
    }
    known = {model._meta.label for model in ours if issubclass(model, Page | BaseSiteSetting)}
    known |= {"practice.Conversation", "practice.ConversationWords", "practice.FrozenSound"}
    assert "courses.LessonPage" in showing
    assert "lms.SiteSettings" in showing
    assert showing <= known


def references_of(model):
    for field in model._meta.get_fields():
        if field.is_relation and field.many_to_one and field.related_model:
            yield field.related_model
        if hasattr(field, "stream_block"):
            yield from targets(field.stream_block)


def targets(block):
    if hasattr(block, "target_model"):
        yield block.model_class
    for child in getattr(block, "child_blocks", {}).values():
        yield from targets(child)
    if child := getattr(block, "child_block", None):
        yield from targets(child)


@pytest.mark.parametrize(
    "path",
    [
        "original_images/tea.png",
        "documents/handout.pdf",
        "certificates/x.pdf",
        "images/../documents/handout.pdf",
        "images/%2e%2e/documents/handout.pdf",
        "images/",
        "images",
        "images/one.png",
        "media/../../secret_key",
        "/etc/passwd",
        "images//etc/passwd",
    ],
)
def test_whatever_else_was_uploaded_is_not_there(client, settings, path):
    (settings.MEDIA_ROOT).mkdir(parents=True)
    (settings.MEDIA_ROOT.parent / "secret_key").write_text("secret")
    for name in ["original_images/tea.png", "documents/handout.pdf", "images/one.png"]:
        default_storage.save(name, ContentFile(b"secret"))
    client.force_login(make.user(is_superuser=True))
    response = client.get(f"/media/{path}")
    assert response.status_code == 404
    assert b"secret" not in response.content
