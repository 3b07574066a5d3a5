"""A film is told by its content, and never by its name."""

import os
from io import BytesIO
from pathlib import Path

import pytest

from courses.uploads.exceptions import NotARecording
from courses.uploads.recordings import FILM, SOUND, read_recording

SAMPLES = Path(__file__).parent / "samples"


def sample(name):
    return BytesIO((SAMPLES / name).read_bytes())


@pytest.mark.parametrize(
    ("name", "extension"), [("h264.mp4", "mp4"), ("vp9.mp4", "mp4"), ("vp8.webm", "webm")]
)
def test_how_long_and_how_large_a_film_is_is_read_from_it(name, extension):
    film = read_recording(sample(name), FILM)
    assert film.extension == extension
    assert film.seconds == pytest.approx(1.1, abs=0.2)
    assert (film.width, film.height) == (96, 64)
    assert read_recording(str(SAMPLES / name), FILM) == film


def test_a_film_is_named_for_what_it_is():
    film = read_recording(sample("vp8.webm"), FILM)
    assert film.name_after("first five minutes.mp4") == "first five minutes.webm"
    assert film.name_after(".mp4") == "recording.webm"


def test_a_sound_has_no_sides():
    sound = read_recording(sample("opus.m4a"), SOUND)
    assert (sound.extension, sound.width, sound.height) == ("m4a", None, None)
    assert sound.seconds > 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (os.urandom(200_000), FILM),
        (b"", FILM),
        (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + os.urandom(50_000), FILM),
        ((SAMPLES / "opus.m4a").read_bytes(), FILM),
        ((SAMPLES / "opus.webm").read_bytes(), FILM),
        ((SAMPLES / "h264.mp4").read_bytes(), SOUND),
        (b"ID3" + b"tea" * 3000, SOUND),
    ],
)
def test_what_holds_no_film_is_said_to_hold_none(content, kind):
    with pytest.raises(NotARecording) as refusal:
        read_recording(BytesIO(content), kind)
    assert "MP4" in str(refusal.value) or "MP3" in str(refusal.value)


@pytest.mark.parametrize("name", ["h264.mp4", "vp9.mp4", "vp8.webm"])
@pytest.mark.parametrize("share", [0.5, 0.8])
def test_a_film_that_breaks_off_is_said_to_have_not_arrived_whole(name, share):
    content = (SAMPLES / name).read_bytes()
    with pytest.raises(NotARecording) as refusal:
        read_recording(BytesIO(content[: int(len(content) * share)]), FILM)
    assert "did not arrive whole" in str(refusal.value)


@pytest.mark.parametrize(("kind", "advice"), [(FILM, "H.264"), (SOUND, "MP3")])
def test_a_film_that_only_some_browsers_play_is_refused_with_what_to_do(monkeypatch, kind, advice):
    name, extension = ("h264.mp4", "mp4") if kind == FILM else ("opus.m4a", "m4a")
    monkeypatch.setattr("courses.uploads.recordings.PLAYED_EVERYWHERE", {kind: {"Smoke signals"}})
    with pytest.raises(NotARecording) as refusal:
        read_recording(sample(name), kind)
    assert "not every browser plays" in str(refusal.value)
    assert advice in str(refusal.value)
    assert extension
