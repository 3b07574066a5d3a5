"""The picture of a certificate: its first page, for its holder alone, while it may be shown."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from certificates import picture as picturing
from certificates.apart import Busy, Limits, ProcessApart, TookTooLong
from certificates.designs import DESIGNS
from certificates.first_page import WIDTH, render_first_page
from certificates.following import renew_credential, replace_credential
from certificates.holding import PICTURE_WIDTH, has_picture, picture_in_words
from certificates.models import Credential, certificate_storage
from certificates.picture import picture_of, render_pictures_until_closed
from certificates.preparing import prepare
from certificates.revoking import reinstate, restore, revoke, suspend
from people.erasure import ask_to_erase, carry_on
from tests import make
from tests.certificates.bombs import picture_until_closed
from tests.certificates.rendering import rendered
from tests.make import DAY, NOON

MOST_BYTES = 60_000


@pytest.fixture(scope="module", autouse=True)
def ended():
    yield
    picturing.renderer.stop()


def shape(content):
    with Image.open(BytesIO(content)) as image:
        image.load()
        return image.format, image.width, image.height


class TestOfAFile:
    @pytest.mark.parametrize("design", sorted(DESIGNS))
    def test_each_design_is_a_small_picture_of_the_size_that_its_page_was_told(self, design):
        content = render_first_page(rendered(design=design, template_version=1))
        kind, width, height = shape(content)
        page = DESIGNS[design].millimetres
        assert kind == "PNG"
        assert width == WIDTH == PICTURE_WIDTH
        assert abs(height - WIDTH * page["page_height"] / page["page_width"]) <= 2
        assert len(content) <= MOST_BYTES

    def test_it_shows_the_page_and_not_a_blank_one(self):
        other = render_first_page(rendered(name="Łukasz O’Brien"))
        content = render_first_page(rendered())
        assert content != other
        with Image.open(BytesIO(content)) as image:
            assert len(image.convert("RGB").getcolors(100_000)) > 20

    def test_the_same_file_gives_the_same_picture_in_the_process_apart(self):
        pdf = rendered()
        assert picture_of(pdf) == render_first_page(pdf)

    @pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<svg/>", b"\0" * 5000])
    def test_what_is_no_pdf_gives_none_and_the_next_is_rendered(self, content):
        assert picture_of(content) is None
        assert picture_of(rendered()) is not None


class TestApart:
    @pytest.fixture
    def bombed(self, monkeypatch):
        process = ProcessApart(picture_until_closed, lambda: Limits(1, picturing.BYTES))
        monkeypatch.setattr(picturing, "renderer", process)
        yield
        process.stop()

    @pytest.mark.parametrize(
        ("bomb", "words"),
        [("hang", "took more than"), ("eat_memory", "died"), ("die", "died")],
    )
    def test_one_that_goes_too_far_is_ended_and_is_no_fault_of_the_page(
        self, bombed, caplog, bomb, words
    ):
        assert picture_of(bomb.encode()) is None
        assert words in caplog.text

    def test_whoever_waits_too_long_is_told_to_come_again(self, monkeypatch, caplog):
        def ask(job, *, wait):
            raise Busy

        monkeypatch.setattr(picturing.renderer, "ask", ask)
        assert picture_of(b"") is None
        assert "at once" in caplog.text

    def test_its_limits_are_below_what_renders_the_certificate(self):
        process = ProcessApart(render_pictures_until_closed, lambda: Limits(5, picturing.BYTES))
        try:
            assert process.ask(rendered()).startswith(b"\x89PNG")
        finally:
            process.stop()
        assert picturing.SECONDS <= 5
        assert picturing.BYTES <= 512 * 1024**2
        assert issubclass(TookTooLong, Exception)


@pytest.fixture
def credential(db):
    make.home()
    made = make.credential(make.award(valid_months=24), make.user(full_name="Ada <b>Okafor"))
    prepare(str(made.pk), at=NOON)
    return Credential.objects.get(pk=made.pk)


@pytest.fixture
def holder(client, credential):
    client.force_login(credential.holder)
    return client


def address(credential):
    return reverse("certificates:picture", args=[credential.number])


def page(client, credential):
    return client.get(reverse("certificates:held", args=[credential.number])).content.decode()


def get(client, url, *, at=NOON + DAY):
    with time_machine.travel(at, tick=False):
        return client.get(url)


class TestForItsHolder:
    def test_it_is_the_first_page_and_kept_by_nobody(self, holder, credential):
        response = get(holder, address(credential))
        assert response["Content-Type"] == "image/png"
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]
        assert credential.number in response["Content-Disposition"]
        with certificate_storage().open(credential.pdf.name) as file:
            assert response.content == render_first_page(file.read())

    def test_nothing_is_stored_by_looking(self, holder, credential):
        before = certificate_storage().listdir("")
        get(holder, address(credential))
        assert certificate_storage().listdir("") == before

    @pytest.mark.parametrize("who", ["visitor", "stranger", "trainer", "registrar"])
    def test_nobody_else_is_given_it(self, credential, who):
        client = Client()
        people = {"stranger": make.user, "trainer": make.staff, "registrar": make.registrar}
        if who in people:
            client.force_login(people[who]())
        response = get(client, address(credential))
        assert response.status_code == (302 if who == "visitor" else 404)

    def test_a_mistyped_number_and_another_spelling(self, holder, credential):
        assert holder.get("/certificates/nothing.png").status_code == 404
        assert get(holder, address(credential).replace("PSW", "psw")).status_code == 200

    def test_it_cannot_be_sent_to(self, holder, credential):
        assert holder.post(address(credential)).status_code == 405

    @pytest.mark.parametrize(
        ("verbs", "is_shown", "label"),
        [
            ((), True, "Only you see this picture"),
            ((suspend,), True, "Today: Suspended"),
            ((suspend, restore), True, "Only you see this picture"),
            ((revoke,), False, ""),
            ((revoke, reinstate), True, "Only you see this picture"),
        ],
    )
    def test_its_standing_decides_whether_and_under_which_words(
        self, holder, credential, verbs, is_shown, label
    ):
        for verb in verbs:
            verb(credential, by=make.registrar(), reason="x", explanation="y", at=NOON)
        assert get(holder, address(credential)).status_code == (200 if is_shown else 404)
        with time_machine.travel(NOON + DAY, tick=False):
            html = page(holder, credential)
        assert (address(credential) in html) is is_shown
        assert label in " ".join(html.split())

    def test_one_that_ran_out_is_shown_as_such(self, holder, credential):
        late = NOON + 800 * DAY
        with time_machine.travel(late, tick=False):
            holder.force_login(credential.holder)  # the one from before has ended long ago
            assert "Today: Expired" in " ".join(page(holder, credential).split())
        assert get(holder, address(credential), at=late).status_code == 200

    def test_one_that_was_replaced_is_gone_with_the_former_name(self, holder, credential):
        replace_credential(credential, name="Ada Bello", by=make.registrar(), reason="x", at=NOON)
        html = page(holder, credential)
        assert get(holder, address(credential)).status_code == 404
        assert address(credential) not in html
        assert "Okafor" not in html.split("<main", 1)[1].split("</main", 1)[0]

    def test_one_that_was_renewed_says_so(self, holder, credential):
        at = NOON + 700 * DAY
        renew_credential(credential, by=make.registrar(), reason="x", at=at)
        with time_machine.travel(at, tick=False):
            holder.force_login(credential.holder)
            assert "Today: Renewed" in " ".join(page(holder, credential).split())

    def test_erasure_leaves_nothing_to_picture(self, credential, settings, tmp_path):
        settings.VAR_DIR = tmp_path
        carry_on(ask_to_erase(credential.holder, at=NOON, pause=timedelta()), at=NOON)
        erased = Credential.objects.with_standing().get(pk=credential.pk)
        assert not erased.pdf
        assert not has_picture(erased, at=NOON)

    def test_without_a_file_there_is_no_picture_yet(self, client, db):
        made = make.credential()
        client.force_login(made.holder)
        assert get(client, address(made)).status_code == 404
        assert address(made) not in page(client, made)

    def test_a_file_that_is_out_of_reach_is_said_kindly(self, holder, credential):
        certificate_storage().delete(credential.pdf.name)
        response = get(holder, address(credential))
        assert response.status_code == 503
        assert response["Retry-After"]
        assert (
            get(holder, reverse("certificates:held", args=[credential.number])).status_code == 200
        )


class TestInWords:
    def test_what_the_certificate_says_is_its_text_for_those_who_cannot_see_it(
        self, holder, credential
    ):
        with time_machine.travel(NOON + DAY, tick=False):
            html = " ".join(page(holder, credential).split())
        [image] = [tag for tag in html.split("<img ") if "paper__picture" in tag]
        for words in (
            credential.number,
            credential.award_name,
            "Ada &lt;b&gt;Okafor",
            "Issued 23 November 2026, valid until 23 November 2028",
            "Today: Current",
            'width="900"',
        ):
            assert words in image

    def test_one_without_an_end_names_none(self, db):
        words = picture_in_words(make.credential(), at=NOON).words
        assert "valid until" not in words
        assert "Today: Current." in words

    def test_its_height_is_known_before_it_comes(self, db):
        landscape = picture_in_words(make.credential(), at=NOON)
        assert (landscape.width, landscape.height) == (900, 636)

    def test_in_spanish(self, db):
        with translation.override("es"):
            words = picture_in_words(make.credential(make.award(valid_months=1)), at=NOON).words
        assert words.startswith("Certificado ")
        assert "Hoy: Vigente" in words
