"""Every design prints what was certified, and a credential keeps the one it was issued in."""

import dataclasses
import re
import shutil
from pathlib import Path

import pytest

from certificates import designs, pdf
from certificates.designs import DEFAULT_DESIGN, DESIGNS, design_choices
from certificates.models import Award, Credential
from tests import make
from tests.certificates.rendering import ADDRESS, credential, rendered, run_poppler, words_of


def test_the_list_names_every_folder_and_each_knows_its_name():
    folder = Path(designs.__file__).parent
    folders = {design.folder for design in DESIGNS.values()}
    assert {path.parent for path in folder.glob("*/design.py")} == folders
    assert [design.name for design in DESIGNS.values()] == list(DESIGNS)
    assert [name for name, _label in design_choices()] == list(DESIGNS)


WORST = {
    "a long name": {"name": "Maria Alejandra de los Ángeles Fernández-Villaverde y Ruiz " * 2},
    "a name without spaces": {"name": "Wolfeschlegelsteinhausenbergerdorff" * 3},
    "long words": {
        "award_name": "Certificate in the Foundations of Peer Support and Its Practice in Groups",
        "description": "has completed the course and passed its assessment, in good part. " * 5,
        "limits": "This is a foundation award. It is not a licence, here or anywhere else. " * 4,
    },
    "a long role": {
        "signatory_name": "Professor Dr Wilhelmina van den Bergh-Oosterhuis",
        "signatory_role": "Registrar and Head of the Department of Lived Experience, North",
    },
}


def pdfinfo(content):
    return run_poppler("pdfinfo", content, to=None)


def is_drawn(drawing, name):
    return re.search(rf"\$(\{{{name}\}}|{name}\b)", drawing) is not None


@pytest.mark.parametrize("design", DESIGNS.values(), ids=list(DESIGNS))
class TestEveryDesign:
    def test_prints_all_of_it_on_one_page(self, design):
        content = rendered(design=design.name)
        words = " ".join(words_of(content).split())
        for text in ["Ada Okafor", "Foundations of Peer Support", "PSW-7K3M-QX9R-4TWK"]:
            assert text in words
        assert re.search(r"^Pages: +1$", pdfinfo(content), re.MULTILINE)

    def test_writes_each_shared_measure_once(self, design):
        """What the measures name is used by style or drawing, and none stands there as a figure."""
        style = (design.folder / "certificate.css").read_text()
        drawing = (design.folder / "paper.svg").read_text()
        page = {"page_width", "page_height"}
        for name in design.millimetres:
            used = f"var(--{name.replace('_', '-')})" in style or is_drawn(drawing, name)
            assert used or name in page, name
        used_in_style = set(re.findall(r"var\(--([\w-]+)\)", style))
        assert used_in_style <= {name.replace("_", "-") for name in design.millimetres}
        assert design.drawing().count(b"$") == 0

    @pytest.mark.parametrize("case", WORST)
    def test_says_whatever_must_be_said_and_nothing_runs_together(self, design, case):
        """What does not fit raises TooMuchForOnePage; what fits stands on one page, whole."""
        content = rendered(design=design.name, **WORST[case])
        words = " ".join(words_of(content).split())
        for text in WORST[case].values():
            assert "".join(str(text).split())[-12:] in "".join(words.split())

    def test_is_as_large_as_its_paper(self, design):
        size = re.search(r"Page size: +([\d.]+) x ([\d.]+)", pdfinfo(rendered(design=design.name)))
        points = [design.millimetres[f"page_{side}"] / 25.4 * 72 for side in ("width", "height")]
        assert [float(size[1]), float(size[2])] == pytest.approx(points, abs=0.5)

    def test_its_version_is_at_least_one_and_it_says_what_may_not_run_together(self, design):
        assert design.version >= 1
        assert design.densities >= 1
        template = design.template()
        for upper, lower in design.stacked:
            assert f'id="{upper}"' in template
            assert f'id="{lower}"' in template


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A second design: the first one's folder, with a wider panel further to the left."""
    original = DESIGNS[DEFAULT_DESIGN]
    folder = tmp_path / "second"
    shutil.copytree(original.folder, folder)
    template = folder / "certificate.html"
    template.write_text(template.read_text().replace("certifies that", "makes known that"))
    design = dataclasses.replace(
        original,
        name="second",
        version=7,
        folder=folder,
        millimetres={**original.millimetres, "side_left": 216},
    )
    monkeypatch.setitem(DESIGNS, "second", design)
    yield design
    for cache in (pdf.load_style, pdf.load_template):
        cache.cache_clear()


def left_of(content, word):
    """How far from the left a word stands, in points."""
    match = re.search(rf'xMin="([\d.]+)"[^>]*>{word}<', run_poppler("pdftotext", content, "-bbox"))
    return float(match[1])


def test_a_copied_folder_is_a_design_and_a_changed_measure_moves_what_it_names(copied):
    first = rendered(design=DEFAULT_DESIGN)
    second = rendered(design="second")
    assert "makes known that" in words_of(second)
    assert "makes known that" not in words_of(first)
    moved = left_of(first, "PSW-7K3M-QX9R-4TWK") - left_of(second, "PSW-7K3M-QX9R-4TWK")
    assert moved == pytest.approx(6 / 25.4 * 72, abs=0.1)


def test_the_name_takes_the_room_that_the_design_gives_it(copied, monkeypatch):
    sizes = dataclasses.replace(copied.name_sizes, width_mm=copied.name_sizes.width_mm / 4)
    narrow = dataclasses.replace(copied, name_sizes=sizes)
    row = credential(name="Ada Okafor")
    wide = pdf.page_context(row, copied, verify_url=ADDRESS)["name"]
    tight = pdf.page_context(row, narrow, verify_url=ADDRESS)["name"]
    assert float(tight.points) < float(wide.points)


def test_a_credential_is_frozen_with_the_design_its_award_chose(db, copied):
    award = make.award(design="second")
    first = make.credential(award)
    Award.objects.update(design=DEFAULT_DESIGN)
    second = make.credential(Award.objects.get())
    designs = {row.pk: (row.design, row.template_version) for row in Credential.objects.all()}
    assert designs == {
        first.pk: ("second", 7),
        second.pk: (DEFAULT_DESIGN, DESIGNS[DEFAULT_DESIGN].version),
    }


def test_an_award_is_made_in_the_first_design_unless_another_is_chosen(db):
    assert make.award().design == DEFAULT_DESIGN == "classic"


def test_the_diploma_is_for_both_papers_that_offices_have(db):
    a4, letter = DESIGNS["diploma"], DESIGNS["diploma-letter"]
    assert a4.folder == letter.folder
    assert (a4.millimetres["page_width"], a4.millimetres["page_height"]) == (297, 210)
    assert (letter.millimetres["page_width"], letter.millimetres["page_height"]) == (279.4, 215.9)


def test_nothing_on_the_diploma_is_smaller_than_seven_points_where_there_is_room():
    """A diploma is read on a wall: only when much must be said is it set closer."""
    style = (DESIGNS["diploma"].folder / "certificate.css").read_text()
    roomy = style.split("When there is much to say")[0]
    sizes = [float(points) for points in re.findall(r"([\d.]+)pt", roomy)]
    assert min(sizes) >= 7
