"""A name is set in the script that it is written in, wherever people write their names in one."""

import pytest

from certificates.fonts import DIRECTORIES, FACES, glyphs_missing

NAMES = {
    "Chinese": "王小明",
    "Korean": "김하늘",
    "Lisu": "ꓡꓲ-ꓢꓴ",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ ᠪᠠᠲᠤ᠋",
    "Balinese": "ᬩᬮᬶ",
    "Chakma": "𑄌𑄋𑄴𑄟𑄳𑄦",
    "Rohingya": "𐴎𐴝",
    "Miao": "𖼀𖼁",
    "Tai Tham": "ᨲᩫ᩠ᩅ",
    "Cham": "ꨌꩌ",
    "Sundanese": "ᮞᮥᮔ᮪",
    "Hmong": "𖬖𖬤",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_the_name_can_be_set(name):
    assert glyphs_missing(name) == []


def test_every_face_is_in_the_packages_that_are_asked_for():
    """Those of `fonts-noto-core`, and the one of `fonts-noto-cjk`."""
    missing = [
        face for face in FACES if not any((folder / face).exists() for folder in DIRECTORIES)
    ]
    assert missing == []
