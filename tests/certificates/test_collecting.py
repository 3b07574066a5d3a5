"""Python looks for circles of objects at any time but while a certificate is rendered."""

from __future__ import annotations

import gc

import pytest

from certificates import pdf
from tests.certificates.rendering import CLASSIC, rendered


@pytest.fixture
def collections():
    """How often Python has looked for circles since."""
    starts = []

    def note(phase, facts):
        if phase == "start":
            starts.append(facts["generation"])

    gc.callbacks.append(note)
    yield starts
    gc.callbacks.remove(note)


@pytest.fixture
def often():
    """Have Python look for circles after hardly any new object."""
    before = gc.get_threshold()
    gc.set_threshold(10, 2, 2)
    yield
    gc.set_threshold(*before)


def test_nothing_is_collected_while_a_page_is_rendered(collections, often, monkeypatch):
    rendered()  # with all that is read once in a process
    seen = []
    fits = pdf.fits

    def fits_and_tells(document, design, *, whole):
        seen.append(gc.isenabled())
        collections.clear()
        objects = [[number] for number in range(1000)]
        assert len(objects) == 1000
        seen.append(bool(collections))
        return fits(document, design, whole=whole)

    monkeypatch.setattr(pdf, "fits", fits_and_tells)
    rendered()
    assert seen[:2] == [False, False]


def test_it_is_collected_again_afterwards():
    assert rendered().startswith(b"%PDF-")
    assert gc.isenabled()


def test_it_is_collected_again_after_a_page_that_could_not_be_rendered():
    with pytest.raises(ValueError, match="No page"), pdf.without_collecting():
        raise ValueError("No page")
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off():
    gc.disable()
    try:
        with pdf.without_collecting():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_page_that_does_not_fit_leaves_it_on(monkeypatch):
    monkeypatch.setattr(pdf, "fits", lambda document, design, *, whole: False)
    assert pdf.render_pdf(CLASSIC, "<p>Too much</p>", {}) is None
    assert gc.isenabled()
