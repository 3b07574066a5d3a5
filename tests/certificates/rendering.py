"""A rendered certificate, and the tools that read it."""

from __future__ import annotations

import re
import subprocess
import zlib
from datetime import UTC, date, datetime

from certificates.designs import DESIGNS
from certificates.models import Credential
from certificates.pdf import (
    render_certificate,
)
from certificates.typesetting import set_name
from courses.study_time import StudyTime

ADDRESS = "https://learn.peerwork.example/verify/PSW-7K3M-QX9R-4TWK/"
MILLIMETRE = 72 / 25.4
CLASSIC = DESIGNS["classic"]
STUDY = StudyTime(
    parts=91,
    of_parts=98,
    exercises=33,
    of_exercises=35,
    questions=80,
    words=20_298,
    reading_minutes=169,
    exercise_minutes=281,
    question_minutes=80,
    minutes=510,
).to_json()


def credential(**fields):
    """A credential as its row has it, without a database."""
    frozen = {
        "code": "7K3MQX9R4TWK",
        "prefix": "PSW",
        "name": "Ada Okafor",
        "award_name": "Foundations of Peer Support",
        "description": "has completed the course and passed its assessment.",
        "limits": "This is a foundation award. It is not a licence.",
        "issuer_name": "Peerwork Training",
        "signatory_name": "Rosa Adeyemi",
        "signatory_role": "Registrar",
        "minutes": 510,
        "study": STUDY,
        "competencies": [
            {"code": "FO1", "name": "Explain", "group": "Peer support", "assessed": True},
            {"code": "LI1", "name": "Be present", "group": "Listening", "assessed": True},
            {"code": "LI2", "name": "Ask well", "group": "Listening", "assessed": False},
        ],
        "evidence": [{"requirement": "EVIDENCE-CANARY", "met_on": None}],
        "language": "en",
        "issued_at": datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
        "issued_on": date(2026, 11, 23),
        "expires_on": date(2028, 11, 23),
    }
    return Credential(**{**frozen, **fields})


def set_in_classic(name):
    return set_name(name, sizes=CLASSIC.name_sizes, language="en")


def rendered(**fields):
    return render_certificate(credential(**fields), verify_url=ADDRESS)


def run_poppler(tool, pdf, *options, to="-"):
    """What one of poppler's tools says of a file."""
    command = [tool, *options, "-", *([to] if to else [])]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def words_of(pdf):
    """The words in the order they are painted, each line under the one before."""
    return run_poppler("pdftotext", pdf, "-raw")


def opened(pdf):
    """The file with its compressed parts opened, to look for what should not be in it."""
    parts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            parts.append(stream)
    return b"\n".join(parts)


def words_in_boxes(pdf):
    """Each word with where it stands on the page, as XML."""
    return run_poppler("pdftotext", pdf, "-bbox")


def boxes_of(pdf):
    """Where each word stands on the page, in points from its top left corner."""
    layout = words_in_boxes(pdf)
    boxes = re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">', layout)
    return [tuple(map(float, box)) for box in boxes]
