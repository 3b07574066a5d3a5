"""A drawing that goes too far ends alone: its worker lives, and the next certificate is made."""

import resource
import time

import pytest

from certificates import preparing, rendering
from certificates.exceptions import CertificateCannotBeRendered, RenderingFailed
from certificates.models import Credential
from certificates.pdf import render_certificate
from certificates.preparing import MOST_FAILURES, prepare, public_url
from certificates.rendering import Renderer
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

BOMBS = "tests.certificates.bombs"


@pytest.fixture(scope="module")
def renderer():
    renderer = Renderer()
    yield renderer
    renderer.stop()


@pytest.fixture
def credential():
    made = make.credential(holder=make.user(full_name="Łukasz O’Brien"))
    return Credential.objects.select_related("holder", "issuer", "mark").get(pk=made.pk)


@pytest.fixture
def apart(settings, renderer, monkeypatch):
    settings.CERTIFICATES_RENDERED_APART = True
    monkeypatch.setattr(rendering, "_renderer", renderer)


def test_it_gives_the_same_bytes_as_here(renderer, credential):
    apart = renderer.render(credential, verify_url=public_url(credential))
    assert apart == render_certificate(credential, verify_url=public_url(credential))


def test_one_warm_process_makes_one_certificate_after_the_other(renderer, credential):
    renderer.render(credential, verify_url=public_url(credential))
    process = renderer._process
    renderer.render(credential, verify_url=public_url(credential))
    assert renderer._process is process


@pytest.mark.parametrize("bomb", ["hang", "spin"])
def test_a_drawing_that_hangs_is_ended_and_the_next_is_made(
    renderer, credential, monkeypatch, bomb
):
    monkeypatch.setattr(rendering, "SECONDS", 1)
    renderer._start()
    started = time.monotonic()
    with pytest.raises(RenderingFailed) as failure:
        renderer.render(credential, verify_url="https://a.example/", render=f"{BOMBS}.{bomb}")
    assert time.monotonic() - started < 10
    assert "more than 1 seconds" in failure.value.reason
    monkeypatch.undo()
    assert renderer.render(credential, verify_url=public_url(credential)).startswith(b"%PDF-")


def test_a_drawing_that_eats_memory_is_ended_and_the_next_is_made(renderer, credential):
    with pytest.raises(RenderingFailed) as failure:
        renderer.render(credential, verify_url="https://a.example/", render=f"{BOMBS}.eat_memory")
    assert failure.value.reason in {"MemoryError", "the process died"}
    assert renderer.render(credential, verify_url=public_url(credential)).startswith(b"%PDF-")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert most < 1.2 * rendering.BYTES


def test_a_process_that_dies_is_replaced(renderer, credential):
    with pytest.raises(RenderingFailed):
        renderer.render(credential, verify_url="https://a.example/", render=f"{BOMBS}.die")
    assert renderer.render(credential, verify_url=public_url(credential)).startswith(b"%PDF-")


def test_what_an_error_says_of_a_person_stays_in_the_process(renderer, credential):
    with pytest.raises(RenderingFailed) as failure:
        renderer.render(credential, verify_url="https://a.example/", render=f"{BOMBS}.fail")
    assert failure.value.reason == "ValueError"
    assert "Łukasz" not in str(failure.value)


def test_a_name_that_cannot_be_set_is_said_in_the_holders_language(renderer, credential):
    credential.name = "Ada 𒀀𒀁"
    credential.holder.language = "es"
    with pytest.raises(CertificateCannotBeRendered) as problem:
        renderer.render(credential, verify_url=public_url(credential))
    assert "𒀀" in str(problem.value)


def test_the_limits_are_twenty_seconds_and_a_gibibyte():
    assert rendering.SECONDS == 20
    assert rendering.BYTES == 1024**3


@pytest.mark.drill
def test_a_failed_drawing_is_tried_again_and_then_shown_to_a_registrar(
    apart, credential, monkeypatch, caplog
):
    monkeypatch.setattr(rendering.Renderer.render, "__kwdefaults__", {"render": f"{BOMBS}.die"})
    for _ in range(MOST_FAILURES - 1):
        with pytest.raises(RenderingFailed):
            prepare(str(credential.pk), at=NOON)
        assert Credential.objects.to_prepare().filter(pk=credential.pk).exists()
        assert Credential.objects.get().leased_until is None
    assert prepare(str(credential.pk), at=NOON) == "cannot be rendered"
    assert "could not be drawn" in Credential.objects.get().pdf_problem
    assert f"Rendering credential {credential.pk} failed" in caplog.text


def test_a_certificate_is_made_apart_and_announced(apart, credential, mailoutbox):
    assert prepare(str(credential.pk), at=NOON) == "prepared and announced"
    assert len(mailoutbox) == 1


def test_the_site_renders_apart_and_only_the_tests_do_not():
    text = (preparing.settings.BASE_DIR / "lms" / "settings" / "base.py").read_text()
    assert "CERTIFICATES_RENDERED_APART = True" in text
