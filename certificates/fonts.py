"""Which characters a certificate can show, from the faces that it is typeset in.

A certificate is rendered with the faces named here and with no other that happens to be
installed, so what `glyphs_missing` says is what the page would show. The faces come with
Debian's `fonts-noto-core`; those for Chinese, Japanese and Korean with `fonts-noto-cjk`,
where it is installed. See docs/decisions/0003-certificate-fonts.md.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont

DIRECTORIES = (
    Path("/usr/share/fonts/truetype/noto"),
    Path("/usr/share/fonts/opentype/noto"),
)

# In the order they are tried: the face of the name and the award, the face of all else,
# then the living scripts, each with the serif that goes with the first where there is one.
FACES = (
    "NotoSerifDisplay-Regular.ttf",
    "NotoSans-Regular.ttf",
    "NotoNaskhArabic-Regular.ttf",
    "NotoSerifHebrew-Regular.ttf",
    "NotoSerifDevanagari-Regular.ttf",
    "NotoSerifArmenian-Regular.ttf",
    "NotoSerifBengali-Regular.ttf",
    "NotoSerifEthiopic-Regular.ttf",
    "NotoSerifGeorgian-Regular.ttf",
    "NotoSerifGujarati-Regular.ttf",
    "NotoSerifGurmukhi-Regular.ttf",
    "NotoSerifKannada-Regular.ttf",
    "NotoSerifKhmer-Regular.ttf",
    "NotoSerifLao-Regular.ttf",
    "NotoSerifMalayalam-Regular.ttf",
    "NotoSerifMyanmar-Regular.ttf",
    "NotoSerifSinhala-Regular.ttf",
    "NotoSerifTamil-Regular.ttf",
    "NotoSerifTelugu-Regular.ttf",
    "NotoSerifThai-Regular.ttf",
    "NotoSerifTibetan-Regular.ttf",
    "NotoSansAdlam-Regular.ttf",
    "NotoSansCanadianAboriginal-Regular.ttf",
    "NotoSansCherokee-Regular.ttf",
    "NotoSansJavanese-Regular.ttf",
    "NotoSansMeeteiMayek-Regular.ttf",
    "NotoSansNKo-Regular.ttf",
    "NotoSansOlChiki-Regular.ttf",
    "NotoSansOriya-Regular.ttf",
    "NotoSansOsage-Regular.ttf",
    "NotoSansSyriac-Regular.ttf",
    "NotoSansThaana-Regular.ttf",
    "NotoSansTifinagh-Regular.ttf",
    "NotoSansVai-Regular.ttf",
    "NotoSansYi-Regular.ttf",
    "NotoSerifBalinese-Regular.ttf",
    "NotoSansBamum-Regular.ttf",
    "NotoSansBassaVah-Regular.ttf",
    "NotoSansBatak-Regular.ttf",
    "NotoSansBuginese-Regular.ttf",
    "NotoSansBuhid-Regular.ttf",
    "NotoSansChakma-Regular.ttf",
    "NotoSansCham-Regular.ttf",
    "NotoSansHanifiRohingya-Regular.ttf",
    "NotoSansHanunoo-Regular.ttf",
    "NotoSansKayahLi-Regular.ttf",
    "NotoSansLepcha-Regular.ttf",
    "NotoSansLimbu-Regular.ttf",
    "NotoSansLisu-Regular.ttf",
    "NotoSansMandaic-Regular.ttf",
    "NotoSansMedefaidrin-Regular.ttf",
    "NotoSansMendeKikakui-Regular.ttf",
    "NotoSansMiao-Regular.ttf",
    "NotoSansMongolian-Regular.ttf",
    "NotoSansMro-Regular.ttf",
    "NotoSansNewTaiLue-Regular.ttf",
    "NotoSansNewa-Regular.ttf",
    "NotoSansNushu-Regular.ttf",
    "NotoSerifNyiakengPuachueHmong-Regular.ttf",
    "NotoSansPahawhHmong-Regular.ttf",
    "NotoSansPauCinHau-Regular.ttf",
    "NotoSansRejang-Regular.ttf",
    "NotoSansSamaritan-Regular.ttf",
    "NotoSansSaurashtra-Regular.ttf",
    "NotoSansSoraSompeng-Regular.ttf",
    "NotoSansSundanese-Regular.ttf",
    "NotoSansSylotiNagri-Regular.ttf",
    "NotoSansTagalog-Regular.ttf",
    "NotoSansTagbanwa-Regular.ttf",
    "NotoSansTaiLe-Regular.ttf",
    "NotoSansTaiTham-Regular.ttf",
    "NotoSansTaiViet-Regular.ttf",
    "NotoSansWancho-Regular.ttf",
    "NotoSansWarangCiti-Regular.ttf",
    "NotoSerifCJK-Regular.ttc",
)

# What has no shape of its own, and takes the face of the letter before it.
SHAPELESS_CATEGORIES = {"Cf", "Zs", "Zl", "Zp"}
SHAPELESS = frozenset(
    [
        "\u034f",
        *map(chr, (0x180B, 0x180C, 0x180D, 0x180F)),
        *map(chr, range(0xFE00, 0xFE10)),
        *map(chr, range(0xE0100, 0xE01F0)),
    ]
)


@dataclass(frozen=True)
class Face:
    """What one font file has: the advance of each character, in ems."""

    advances: dict[int, float]


def glyphs_missing(text: str) -> list[str]:
    """The characters of a text that a certificate cannot show, each once, in order."""
    characters = dict.fromkeys(unicodedata.normalize("NFC", text))
    return [
        character for character in characters if needs_glyph(character) and not has_glyph(character)
    ]


def width_of(text: str) -> float:
    """How wide a line can come out, in ems. Joined letters come out narrower, never wider."""
    return sum(advance(character) for character in unicodedata.normalize("NFC", text))


def needs_glyph(character: str) -> bool:
    return not (
        character.isspace()
        or character in SHAPELESS
        or unicodedata.category(character) in SHAPELESS_CATEGORIES
    )


@cache
def has_glyph(character: str) -> bool:
    return any(ord(character) in face.advances for face in faces())


@cache
def advance(character: str) -> float:
    for face in faces():
        if ord(character) in face.advances:
            return face.advances[ord(character)]
    return 0.0


def faces() -> Iterator[Face]:
    """The faces in the order they are tried. Each is read only when those before it lack a character."""
    for path in installed():
        yield read(path)


def installed() -> list[Path]:
    """The font files that are here, of those a certificate is typeset in."""
    paths = (
        next((path for path in (folder / name for folder in DIRECTORIES) if path.exists()), None)
        for name in FACES
    )
    return [path for path in paths if path is not None]


@cache
def read(path: Path) -> Face:
    with TTFont(path, lazy=True, fontNumber=0 if path.suffix == ".ttc" else -1) as font:
        em = font["head"].unitsPerEm
        metrics = font["hmtx"].metrics
        return Face({code: metrics[name][0] / em for code, name in font.getBestCmap().items()})


def fontconfig_rules() -> str:
    """The configuration that lets fontconfig use the faces that are here, and no other."""
    folders = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in DIRECTORIES)
    accepted = "".join(f"<glob>{escape(str(path))}</glob>" for path in installed())
    return f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{folders}
<cachedir>/var/cache/fontconfig</cachedir>
<cachedir prefix="xdg">fontconfig</cachedir>
<selectfont>
<rejectfont><glob>/*</glob></rejectfont>
<acceptfont>{accepted}</acceptfont>
</selectfont>
</fontconfig>
"""
