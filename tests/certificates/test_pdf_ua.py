"""Every kind of certificate keeps PDF/UA-1 and PDF/A-3a, as veraPDF judges it."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image

from certificates import pdf as rendering
from certificates.designs import DESIGNS
from certificates.models import IssuerMark
from tests.certificates.rendering import ADDRESS, opened, rendered, words_of
from tests.certificates.signing import PEOPLE, signed_by
from tests.verapdf import faults_of


def mark():
    png = BytesIO()
    Image.new("RGBA", (320, 200), (168, 79, 45, 200)).save(png, "PNG")
    return IssuerMark(png=png.getvalue())


KINDS = {
    "plain": {},
    "long_lists": {
        "competencies": [{"code": str(n), "name": f"Competency {n}"} for n in range(29)],
        "award_name": "Certificate in Advanced Peer Support and Supervision of Others",
    },
    "for_ever": {"expires_on": None, "competencies": [], "study": {}, "minutes": 0},
    "spanish": {"language": "es"},
    "arabic": {"name": "محمد فاطمة"},
    "japanese": {"name": "山田花子"},
    "devanagari": {"name": "क्षितिज शर्मा"},
    "marked": {"mark": mark()},
    "signed_by_one": {"signatories": signed_by(*PEOPLE[:1])},
    "signed_by_four": {"signatories": signed_by(*PEOPLE), "mark": mark()},
    "signed_by_hand": {"signatories": signed_by(*PEOPLE[:3], pictures=False)},
}


@pytest.mark.drill
def test_no_rule_is_broken_by_any_kind_in_any_design(tmp_path):
    files = []
    for design in DESIGNS:
        for kind, fields in KINDS.items():
            file = tmp_path / f"{design}-{kind}.pdf"
            file.write_bytes(rendered(design=design, **fields))
            files.append(file)
    faults = faults_of(*files)
    assert len(faults) == len(files)
    assert {name: broken for name, broken in faults.items() if broken} == {}


def test_a_link_in_a_link_is_found(tmp_path, monkeypatch):
    """What every certificate had once: veraPDF is asked, and not merely run."""
    one = rendering.render_html

    def nested(design, context):
        address = re.compile(r'(<a href="[^"]+">)(.*?)(</a>)', re.DOTALL)
        return address.sub(r"\1<span>\2</span>\3", one(design, context))

    monkeypatch.setattr(rendering, "render_html", nested)
    file = tmp_path / "nested.pdf"
    file.write_bytes(rendered())
    assert any(fault.startswith("7.18.5-1 ") for fault in faults_of(file)["nested.pdf"])


def test_a_file_that_no_longer_names_its_standards_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "ACCESSIBLE", b"")
    file = tmp_path / "silent.pdf"
    file.write_bytes(rendered())
    assert any(fault.startswith("5-1 ") for fault in faults_of(file)["silent.pdf"])


def test_a_smoothed_picture_is_found(tmp_path, monkeypatch):
    """A rule of PDF/A-3a alone: both standards are asked."""
    monkeypatch.setattr(
        rendering, "complete", lambda document, pdf: rendering.declare_accessible(pdf)
    )
    file = tmp_path / "smoothed.pdf"
    file.write_bytes(rendered(mark=mark()))
    assert any(fault.startswith("6.2.8-3 ") for fault in faults_of(file)["smoothed.pdf"])


def test_the_printed_address_is_one_link():
    links = re.findall(rb"/Subtype /Link", opened(rendered()))
    assert len(links) == 1
    assert opened(rendered()).count(f"/URI ({ADDRESS})".encode()) == 1


@pytest.mark.parametrize("has_mark", [True, False])
def test_the_mark_is_that_of_the_issuer_or_there_is_none(has_mark):
    """Beside the code to scan, the page holds the picture of its issuer and no other."""
    content = opened(rendered(issuer_name="Harbour House", mark=mark() if has_mark else None))
    assert (b"/Width 320" in content) == has_mark
    assert b"Peerwork" not in content


def test_nothing_of_a_design_belongs_to_one_issuer():
    """The paper of a design has no mark and no name: they are the issuer's, from the record."""
    for design in DESIGNS.values():
        assert "Peerwork" not in design.template() + design.style() + design.drawing().decode()
        assert b"M4 43C4 29" not in design.drawing()


def test_a_credential_of_another_issuer_prints_its_name():
    said = words_of(rendered(issuer_name="Harbour House"))
    assert "Harbour House" in said
    assert "Peerwork" not in said
