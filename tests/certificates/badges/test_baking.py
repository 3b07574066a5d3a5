"""A badge inside its picture, and the picture itself."""

from __future__ import annotations

import zlib
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from certificates.badges import drawing
from certificates.badges.baking import (
    KEYWORD,
    MOST_TEXT,
    TEXT,
    NoPicture,
    _chunk,
    badges_in,
    baked,
    chunks_of,
)
from certificates.badges.drawing import SIDE, badge_picture

WORDS = '{"name":"Ada Łukasz ®"}'


def png(side=8, colour="#2f6f62", **options):
    content = BytesIO()
    Image.new("RGB", (side, side), colour).save(content, "PNG", **options)
    return content.getvalue()


def with_chunk(picture, content, kind=TEXT):
    head, *others = chunks_of(picture)
    chunks = [head, (kind, content), *others]
    return picture[:8] + b"".join(_chunk(*each) for each in chunks)


def test_a_badge_is_found_again_and_the_picture_is_the_same():
    plain = png()
    picture = baked(plain, WORDS)
    assert badges_in(picture) == [WORDS]
    with Image.open(BytesIO(picture)) as opened, Image.open(BytesIO(plain)) as before:
        assert opened.tobytes() == before.tobytes()


def test_other_readers_find_it_by_the_name_of_the_standard():
    with Image.open(BytesIO(baked(png(), WORDS))) as opened:
        opened.load()
        assert opened.text["openbadgecredential"] == WORDS


def test_what_others_baked_is_found():
    text = PngInfo()
    text.add_itxt("openbadgecredential", WORDS)
    assert badges_in(png(pnginfo=text)) == [WORDS]


def test_what_others_baked_compressed_is_found():
    text = PngInfo()
    text.add_itxt("openbadgecredential", WORDS, zip=True)
    assert badges_in(png(pnginfo=text)) == [WORDS]


def test_baking_again_takes_the_place_of_the_former():
    assert badges_in(baked(baked(png(), "{}"), WORDS)) == [WORDS]


def test_a_picture_without_a_badge_has_none():
    text = PngInfo()
    text.add_itxt("openbadgecredentials", WORDS)
    assert badges_in(png(pnginfo=text)) == []


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"GIF89a",
        png()[:40],
        png()[:19] + b"\x09" + png()[20:],
        b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffiTXt",
    ],
)
def test_what_is_no_whole_picture_is_refused(picture):
    with pytest.raises(NoPicture):
        badges_in(picture)


def test_a_text_that_grows_without_end_is_not_read():
    bomb = zlib.compress(b" " * (MOST_TEXT * 50))
    picture = with_chunk(png(), KEYWORD + b"\x00\x01\x00\x00\x00" + bomb)
    with pytest.raises(NoPicture):
        badges_in(picture)


def test_a_text_that_is_too_long_is_not_read():
    picture = with_chunk(png(), KEYWORD + b"\x00\x00\x00\x00\x00" + b" " * (MOST_TEXT + 1))
    with pytest.raises(NoPicture):
        badges_in(picture)


# The drawing ---------------------------------------------------------------------------------


def drawn(*words, **options):
    content = badge_picture(*words, **options)
    with Image.open(BytesIO(content)) as opened:
        return opened.convert("RGBA"), content


def test_of_the_same_words_it_is_the_same_picture():
    _picture, first = drawn("Foundations", "Peerwork", "2026")
    badge_picture.cache_clear()
    _picture, again = drawn("Foundations", "Peerwork", "2026")
    assert first == again


def test_it_is_a_seal_on_nothing():
    picture, _content = drawn("Foundations of Peer Support", "Peerwork", "2026")
    assert picture.size == (SIDE, SIDE)
    assert picture.getpixel((3, 3))[3] == 0
    assert picture.getpixel((300, 30))[:3] == (0x23, 0x55, 0x49)


def test_the_words_make_the_difference():
    pictures = {
        drawn(award, issuer, year)[1]
        for award, issuer, year in [
            ("Foundations", "Peerwork", "2026"),
            ("Foundations", "Peerwork", "2027"),
            ("Foundations", "Harbour House", "2026"),
            ("Group work", "Peerwork", "2026"),
        ]
    }
    assert len(pictures) == 4


def test_a_mark_stands_on_it():
    without, _content = drawn("Foundations", "Peerwork", "2026")
    marked, _content = drawn("Foundations", "Peerwork", "2026", mark=png(64, "#0000ff"))
    blue = (0, 0, 255, 255)
    assert marked.getpixel((300, 130)) == blue
    assert without.getpixel((300, 130)) != blue


@pytest.mark.parametrize(
    "award",
    [
        "A",
        "W" * 200,
        "Apoyo entre pares: fundamentos, práctica y acompañamiento en comunidades rurales " * 2,
        "同伴支持基础",
        "أساسيات دعم الأقران",
        "Основы взаимной поддержки",
    ],
)
def test_the_name_of_an_award_stays_inside_the_ring(award):
    """Beside the words stands paper, from the ring inwards."""
    picture, _content = drawn(award, "An issuer with quite a long name of its own " * 3, "2026")
    paper = (0xFF, 0xFD, 0xF9)
    for y in range(200, 340, 7):
        for x in (124, 131, 469, 476):
            pixel = picture.getpixel((x, y))[:3]
            assert all(abs(here - there) < 6 for here, there in zip(pixel, paper, strict=True))


def test_the_letters_are_as_large_as_the_name_allows():
    size, lines = drawing._fitted("Peer Support")
    assert size == 42
    assert lines == ["Peer Support"]
    smaller, more = drawing._fitted("Foundations of Peer Support in Rural Communities")
    assert smaller <= size
    assert len(more) > 1
