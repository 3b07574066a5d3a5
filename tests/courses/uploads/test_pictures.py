"""A picture keeps its dots and colours, and nothing of where it came from."""

import pytest
from PIL import Image, ImageChops, ImageFile, ImageStat

from courses.uploads import pictures
from courses.uploads.exceptions import (
    NotAPicture,
    PictureNotWhole,
    PictureTooLarge,
    PictureTooLong,
)
from courses.uploads.pictures import is_moving, read_picture
from tests.courses.uploads import making

MOST = 50_000_000
KINDS = ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF"]


def read(content, most_dots=MOST):
    return read_picture(content, most_dots=most_dots)


@pytest.mark.parametrize(
    ("kind", "extension"),
    [
        ("JPEG", "jpg"),
        ("PNG", "png"),
        ("WEBP", "webp"),
        ("HEIF", "jpg"),
        ("AVIF", "jpg"),
        ("GIF", "png"),
    ],
)
def test_a_picture_keeps_its_colour_profile_and_nothing_else(kind, extension):
    before = making.picture(kind)
    assert kind == "GIF" or making.OWNER.encode() in before
    picture = read(before)
    after = making.opened(picture.content)
    assert picture.extension == extension
    assert not picture.is_moving
    assert [word for word in making.TELLTALES if word in picture.content] == []
    assert not dict(after.getexif())
    assert (after.info.get("icc_profile") is not None) == (kind != "GIF")
    assert set(after.info) <= {
        *("icc_profile", "jfif", "jfif_version", "jfif_unit", "jfif_density"),
        *("loop", "background", "timestamp", "duration"),
    }


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (90, 60), (5, 30)),
        (2, (90, 60), (85, 30)),
        (3, (90, 60), (85, 30)),
        (4, (90, 60), (5, 30)),
        (5, (60, 90), (30, 5)),
        (6, (60, 90), (30, 5)),
        (7, (60, 90), (30, 85)),
        (8, (60, 90), (30, 85)),
    ],
)
def test_a_picture_is_turned_the_right_way_up(kind, orientation, size, red_at):
    after = making.opened(read(making.picture(kind, orientation=orientation)).content)
    assert after.size == size
    red, _green, blue = after.convert("RGB").getpixel(red_at)
    assert red > 180 > 80 > blue


def test_a_picture_of_a_phone_is_turned_though_nothing_but_exif_says_so():
    assert making.opened(read(making.picture("HEIF", orientation=6)).content).size == (60, 90)


def test_a_jpeg_that_stands_as_it_should_keeps_its_own_quality():
    content = making.picture("JPEG", size=(160, 120), quality=41)
    before, after = making.opened(content), making.opened(read(content).content)
    assert before.quantization == after.quantization
    difference = ImageChops.difference(before, after)
    assert max(ImageStat.Stat(difference).mean) < 1


@pytest.mark.parametrize(("orientation", "size"), [(1, (400, 300)), (6, (300, 400))])
def test_a_photograph_with_a_second_picture_in_it_stays_a_jpeg_of_the_first(orientation, size):
    """Phones add one for brighter screens: Pillow calls the file an MPO, whatever it is named."""
    photograph = Image.effect_noise((400, 300), 40).convert("RGB")
    content = making.mpo(photograph, orientation=orientation)
    before = making.opened(content)
    assert (before.format, before.n_frames) == ("MPO", 2)
    assert making.OWNER.encode() in content
    picture = read(content)
    after = making.opened(picture.content)
    assert (after.format, picture.extension, after.size) == ("JPEG", "jpg", size)
    plain = read(making.picture(image=photograph, orientation=orientation)).content
    assert len(picture.content) == pytest.approx(len(plain), rel=0.02)
    assert [word for word in [*making.TELLTALES, b"MPF"] if word in picture.content] == []
    assert picture.content.count(b"\xff\xd8\xff") == 1
    assert after.info["icc_profile"] == making.PROFILE
    assert not dict(after.getexif())
    turned = photograph.transpose(Image.Transpose.ROTATE_270) if orientation == 6 else photograph
    difference = ImageStat.Stat(ImageChops.difference(turned, after)).mean
    assert max(difference) < 10


def test_a_photograph_with_a_second_picture_keeps_its_own_quality():
    before = making.opened(making.mpo(making.dots((160, 120)), quality=41))
    after = making.opened(read(making.mpo(making.dots((160, 120)), quality=41)).content)
    assert before.quantization == after.quantization


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "HEIF"])
def test_what_can_be_seen_through_stays_so(kind):
    clear = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    after = making.opened(read(making.picture(kind, image=clear)).content)
    assert after.convert("RGBA").getpixel((5, 5))[3] == 0


def test_a_picture_in_the_colours_of_a_printer_is_shown_on_a_screen():
    after = making.opened(read(making.picture("JPEG", image=making.dots().convert("CMYK"))).content)
    assert after.mode == "RGB"
    assert "icc_profile" not in after.info


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_picture_that_breaks_off_is_said_to_have_not_arrived_whole(kind, share):
    noise = Image.effect_noise((200, 150), 90).convert("RGB")
    content = making.picture(kind, image=noise)
    with pytest.raises(PictureNotWhole) as refusal:
        read(content[: int(len(content) * share)])
    assert "did not arrive whole" in str(refusal.value)


def test_it_is_said_also_where_a_library_lets_such_pictures_through(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    content = making.picture("JPEG", image=Image.effect_noise((200, 150), 90).convert("RGB"))
    with pytest.raises(PictureNotWhole):
        read(content[: len(content) // 2])


@pytest.mark.parametrize("content", [b"", b"tea", b"%PDF-1.7 and so on", b"\x93\x00\xff" * 2000])
def test_what_is_no_picture_is_said_to_be_none(content):
    with pytest.raises(NotAPicture) as refusal:
        read(content)
    assert "HEIC" in str(refusal.value)


def test_a_picture_with_too_many_dots_is_refused_with_figures():
    with pytest.raises(PictureTooLarge) as refusal:
        read(making.picture(size=(2000, 1100)), most_dots=2_000_000)
    assert "3 million dots" in str(refusal.value)
    assert "up to 2 million" in str(refusal.value)


def test_a_picture_that_would_fill_the_memory_is_never_read(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(PictureTooLarge):
        read(making.picture())


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_moving_picture_goes_on_moving(kind):
    picture = read(making.moving(kind))
    after = Image.open(making.BytesIO(picture.content))
    assert (picture.is_moving, picture.extension) == (True, "webp")
    assert (after.n_frames, after.size, after.info["loop"]) == (3, (60, 40), 0)
    assert picture.name_after("Tea break.gif") == "Tea break.moving.webp"


def test_a_moving_picture_is_no_wider_than_a_page():
    picture = read(making.moving(size=(1200, 300), moments=2))
    assert Image.open(making.BytesIO(picture.content)).size == (960, 240)


def test_a_picture_that_moves_for_too_long_is_better_a_film(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_MOVING_DOTS", 5000)
    with pytest.raises(PictureTooLong) as refusal:
        read(making.moving())
    assert "as a film" in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("original_images/tea.moving.webp", True),
        ("original_images/tea.moving_aB3dE.webp", True),
        ("original_images/tea.webp", False),
        ("original_images/moving.png", False),
    ],
)
def test_the_name_of_a_stored_picture_says_whether_it_moves(name, expected):
    assert is_moving(name) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("IMG_1.HEIC", "IMG_1.jpg"), ("a.b.c.avif", "a.b.c.jpg"), (".jpg", "picture.jpg")],
)
def test_a_picture_is_named_for_what_it_is_now(name, expected):
    assert pictures.Picture(b"", "jpg").name_after(name) == expected
