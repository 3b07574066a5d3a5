"""Nothing runs into anything else, and what was issued before is set as it was."""

from __future__ import annotations

import dataclasses

import pytest

from certificates import pdf
from certificates.designs import DESIGNS
from tests.certificates.rendering import rendered
from tests.certificates.signing import LONG, PEOPLE, signed_by

OLDER = {"classic", "diploma", "diploma-letter"}


def measured(monkeypatch, **fields):
    """What each layout that was tried was measured by, and the file."""
    seen = []
    fits = pdf.fits

    def watch(document, design, *, whole):
        seen.append(whole)
        return fits(document, design, whole=whole)

    with monkeypatch.context() as patch:
        patch.setattr(pdf, "fits", watch)
        return seen, rendered(**fields)


@pytest.mark.parametrize("design", DESIGNS)
class TestHowItIsMeasured:
    def test_without_signatories_as_it_was_when_it_was_issued(self, design, monkeypatch):
        seen, content = measured(monkeypatch, design=design)
        assert set(seen) == {design not in OLDER}
        assert content == rendered(design=design)

    def test_with_signatories_by_its_outer_box(self, design, monkeypatch):
        seen, _content = measured(monkeypatch, design=design, signatories=signed_by(*PEOPLE))
        assert set(seen) == {True}

    def test_much_to_say_is_set_closer_before_it_is_refused(self, design, monkeypatch):
        usual, _ = measured(monkeypatch, design=design, signatories=signed_by(*PEOPLE[:1]))
        assert len(usual) == 1
        for times in range(4, 80, 4):
            words = {"description": "has shown all of it, in full and in good part. " * times}
            layouts, _ = measured(monkeypatch, design=design, signatories=signed_by(*LONG), **words)
            if len(layouts) > 1:
                return
        pytest.fail("It was never set closer, and never refused.")


@pytest.mark.parametrize("design", DESIGNS)
def test_no_two_blocks_stand_on_one_another(design, monkeypatch):
    """With the stacked pairs turned round nothing fits: they are looked at, in every design."""
    turned = dataclasses.replace(
        DESIGNS[design], stacked=tuple((below, above) for above, below in DESIGNS[design].stacked)
    )
    monkeypatch.setitem(DESIGNS, design, turned)
    with pytest.raises(pdf.TooMuchForOnePage):
        rendered(design=design, signatories=signed_by(*PEOPLE[:2]))
