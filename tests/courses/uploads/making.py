"""Pictures as cameras write them, with everything that must not be shown."""

from __future__ import annotations

from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms

pillow_heif.register_heif_opener()

OWNER = "Rosalind Example"
DEVICE = "Telltale Camera 5"
COMMENT = "taken at home"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
TELLTALES = [OWNER.encode(), DEVICE.encode(), COMMENT.encode(), b"Exif", b"<x:xmpmeta"]


def exif(orientation=1):
    data = Image.Exif()
    data[0x010F] = DEVICE
    data[0x0112] = orientation
    data[0x013B] = OWNER
    place = data.get_ifd(0x8825)
    place[1], place[2] = "N", (51.0, 30.0, 26.0)
    place[3], place[4] = "W", (0.0, 7.0, 39.0)
    return data


def dots(size=(90, 60)):
    """Red on the left and blue on the right, so that a turn can be seen."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    return picture


def picture(kind="JPEG", *, size=(90, 60), orientation=1, image=None, **options):
    """The bytes of a picture with a place, a device and an owner."""
    file = BytesIO()
    if kind == "GIF":
        options |= {"comment": COMMENT}
    else:
        options |= {"exif": exif(orientation), "icc_profile": PROFILE}
    if kind == "JPEG":
        options |= {"comment": COMMENT, "xmp": f"<x:xmpmeta>{OWNER}</x:xmpmeta>".encode()}
    (image or dots(size)).save(file, kind, **options)
    return file.getvalue()


def mpo(image, *, orientation=1, **options):
    """The bytes of a photograph in whose file the phone put a second, smaller picture."""
    file = BytesIO()
    second = Image.new("RGB", (40, 30), "white")
    options |= {"exif": exif(orientation).tobytes(), "icc_profile": PROFILE, "comment": COMMENT}
    image.save(file, "MPO", save_all=True, append_images=[second], **options)
    return file.getvalue()


def moving(kind="GIF", *, size=(60, 40), moments=3):
    """The bytes of a picture that moves, from red to white."""
    frames = [Image.new("RGB", size, (255, 90 * at, 90 * at)) for at in range(moments)]
    file = BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=120, loop=0)
    return file.getvalue()


def opened(content):
    image = Image.open(BytesIO(content))
    image.load()
    return image
