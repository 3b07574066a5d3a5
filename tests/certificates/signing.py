"""Signatures, and people who sign."""

from __future__ import annotations

import math
from base64 import b64encode
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

from certificates.marks import signature_from
from certificates.models import Signatory, SignatorySet

INK = (30, 40, 110)


def drawn(size=(1200, 420), *, ground=(255, 255, 255), ink=INK, mode="RGB", turns=5):
    """A picture with something like a signature on it."""
    picture = Image.new(mode, size, ground)
    width, height = size
    points = [
        (
            width * (0.1 + 0.8 * step / 300) + 40 * math.cos(step / 8),
            height * (0.5 + 0.3 * math.sin(step / 300 * turns * 6.28) * (1 - step / 400)),
        )
        for step in range(300)
    ]
    ImageDraw.Draw(picture).line(points, fill=ink, width=10, joint="curve")
    return picture


def file_of(picture, kind="PNG", **options):
    file = BytesIO()
    picture.save(file, kind, **options)
    return BytesIO(file.getvalue())


@cache  # drawn once: the same picture has the same signature
def signature(turns=5):
    return signature_from(file_of(drawn(turns=turns)))


PEOPLE = [
    ("Rosa Adeyemi", "Registrar"),
    ("Tomás Ibáñez", "Director of training"),
    ("Professor Wilhelmina van den Bergh", "Chair of the advisory board"),
    ("Lee Park", "Peer supervisor"),
]
LONG_NAME = "Maria Alejandra de los Ángeles Fernández-Villaverde y Ruiz de la Concepción"
LONG_ROLE = "Registrar and Head of the Department of Lived Experience and Practice, North West"
LONG = [(LONG_NAME[:80], LONG_ROLE[:80])] * 4


def signed_by(*people, pictures=True):
    """The names under a certificate, without a database."""
    return SignatorySet(
        people=[{"name": name, "role": role} for name, role in people],
        pictures=[
            b64encode(signature(3 + place)).decode() if pictures else ""
            for place in range(len(people))
        ],
    )


def add_signatories(issuer, *people, **fields):
    """People who sign for an issuer, in this order."""
    return [
        Signatory.objects.create(issuer=issuer, name=name, role=role, sort_order=place, **fields)
        for place, (name, role) in enumerate(people)
    ]
