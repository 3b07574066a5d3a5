"""A film is told by its content, and never by its name."""

import os
import wave
from io import BytesIO
from pathlib import Path

import pytest
from pymediainfo import MediaInfo

from courses.uploads.exceptions import NotARecording
from courses.uploads.recordings import (
    FILM,
    SOUND,
    header_of_mp4,
    read_recording,
    reason_against,
    vp9_profile,
)

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


def with_header_last(name):
    """A sample as phones write it: what says how to play it stands at its end."""
    content = (SAMPLES / name).read_bytes()
    size = int.from_bytes(content[36:40])
    assert content[40:44] == b"moov"
    return content[:36] + content[36 + size :] + content[36 : 36 + size]


@pytest.mark.parametrize(("name", "kind"), [("h264.mp4", FILM), ("opus.m4a", SOUND)])
def test_an_mp4_whose_header_did_not_arrive_is_not_called_a_file_without_a_film(name, kind):
    content = with_header_last(name)
    assert read_recording(BytesIO(content), kind).extension == name[-3:]
    header = content.rfind(b"moov") - 4
    for end in (header // 2, header, header + 20):
        with pytest.raises(NotARecording) as refusal:
            read_recording(BytesIO(content[:end]), kind)
        assert "did not arrive whole" in str(refusal.value)


def wav():
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(16_000))
    return file.getvalue()


AIFF = (
    b"FORM\0\0\0\x2eAIFFCOMM\0\0\0\x12\0\1\0\0\0\4\0\x10\x40\x0b\xfa"
    + bytes(7)
    + b"SSND"
    + bytes(12)
)
FLAC = b"fLaC\x80\0\0\x22\x10\0\x10\0" + bytes(6) + b"\x01\xf4\0\xf0" + bytes(20)


@pytest.mark.parametrize(("content", "name"), [(wav(), "WAV"), (AIFF, "AIFF"), (FLAC, "FLAC")])
def test_a_sound_as_it_was_recorded_is_refused_for_its_size_and_not_for_browsers(content, name):
    with pytest.raises(NotARecording) as refusal:
        read_recording(BytesIO(content), SOUND)
    assert f"This is a {name}, which is many times larger" in str(refusal.value)


def changed(name, *codings):
    """A sample whose tracks say that they are set in another coding."""
    content = (SAMPLES / name).read_bytes()
    for old, new in codings:
        assert old in content
        content = content.replace(old, new)
    return content


AC3 = (SAMPLES / "ac3.mp4").read_bytes()
FILMS_WITH_A_SOUND_FOR_SOME = [
    (AC3, "AC-3"),
    (changed("ac3.mp4", (b"ac-3", b"ec-3")), "E-AC-3"),
    (changed("ac3.mp4", (b"ac-3", b"dtsc")), "DTS"),
    (changed("ac3.mp4", (b"ac-3", b"alac")), "ALAC"),
    (changed("alternate.mp4", (b"tkhd\0\0\0\2", b"tkhd\0\0\0\3")), "AC-3"),
    (changed("opus_vp8.webm", (b"A_OPUS", b"A_AC3\0")), "AC-3"),
]


@pytest.mark.parametrize(("content", "coding"), FILMS_WITH_A_SOUND_FOR_SOME)
def test_a_film_is_refused_whose_sound_only_some_browsers_play(content, coding):
    with pytest.raises(NotARecording) as refusal:
        read_recording(BytesIO(content), FILM)
    assert f"The sound of this film is set in {coding}" in str(refusal.value)
    assert "Save it as MP4 with H.264 and AAC sound" in str(refusal.value)


@pytest.mark.parametrize("name", ["alternate.mp4", "opus_vp8.webm"])
def test_a_film_with_a_sound_that_every_browser_plays_is_taken(name):
    """A second sound that a file itself says is not the one to begin with is no hindrance."""
    assert read_recording(sample(name), FILM).name_after("talk").startswith("talk.")


@pytest.mark.parametrize(
    ("name", "said"), [("tenbit.mp4", "10 bits and 4:2:0"), ("chroma.mp4", "8 bits and 4:4:4")]
)
def test_a_film_is_refused_whose_colours_only_some_browsers_show(name, said):
    with pytest.raises(NotARecording) as refusal:
        read_recording(sample(name), FILM)
    assert f"set in {said}, which not every browser shows" in str(refusal.value)
    assert "H.264 in 8 bits and 4:2:0 (often called yuv420p)" in str(refusal.value)


@pytest.mark.parametrize("name", ["alternate.mp4", "ac3.mp4"])
def test_a_film_is_not_taken_for_a_sound(name):
    """Its pictures would be stored and sent to everybody who listens."""
    with pytest.raises(NotARecording) as refusal:
        read_recording(sample(name), SOUND)
    assert "This is a film. Put it in as a film" in str(refusal.value)


FINER_VP9 = [
    ("vp9_chroma.webm", "VP9 Profile 1"),
    ("vp9_tenbit.webm", "VP9 Profile 2"),
    ("vp9_chroma.mp4", "VP9 Profile 1"),
    ("vp9_tenbit.mp4", "VP9 Profile 2"),
]


@pytest.mark.parametrize(("name", "coding"), FINER_VP9)
def test_a_film_in_a_finer_profile_of_vp9_is_refused_with_what_to_do(name, coding):
    for file in (sample(name), str(SAMPLES / name)):
        with pytest.raises(NotARecording) as refusal:
            read_recording(file, FILM)
        assert f"This film is set in {coding}, which not every browser plays" in str(refusal.value)
        assert "Save it as MP4 with H.264" in str(refusal.value)


@pytest.mark.parametrize("name", ["vp9.webm", "vp9.mp4", "av1_tenbit.mp4"])
def test_the_first_profile_of_vp9_and_the_main_one_of_av1_are_taken(name):
    """Whatever plays AV1 in its main profile plays it in 10 bits."""
    assert read_recording(sample(name), FILM).name_after("talk").startswith("talk.")


@pytest.mark.parametrize(
    ("header", "profile"),
    [
        (b"", "0"),
        (b"moov", "0"),
        (b"moov....vpcC", "0"),
        (b"moov....vpcC\1\0\0\0", "0"),
        (b"moov....vpcC\1\0\0\0\0more", "0"),
        (b"moov....vpcC\1\0\0\0\3more", "3"),
    ],
)
def test_the_profile_of_vp9_is_read_from_the_header_of_an_mp4(header, profile):
    assert vp9_profile(header) == profile


def box(name, content, *, is_long=False):
    size = len(content) + (16 if is_long else 8)
    if is_long:
        return b"\0\0\0\1" + name + size.to_bytes(8) + content
    return size.to_bytes(4) + name + content


@pytest.mark.parametrize(
    ("content", "header"),
    [
        (box(b"moov", b"tracks") + box(b"mdat", b"film"), box(b"moov", b"tracks")),
        (box(b"mdat", b"film", is_long=True) + box(b"moov", b"tracks"), box(b"moov", b"tracks")),
        (box(b"ftyp", b"") + box(b"moov", b"", is_long=True), box(b"moov", b"", is_long=True)),
        (box(b"mdat", b"film"), b""),
        (b"", b""),
        (b"\0\0\0\0mdat to the end", b""),
        (b"\0\0\0\7bad box", b""),
    ],
)
def test_the_header_of_an_mp4_is_found_wherever_it_stands(content, header, tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    assert header_of_mp4(BytesIO(content)) == header_of_mp4(str(path)) == header


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        (changed("vp9.mp4", (b"vp09", b"hvc1")), FILM, "This film is set in HEVC"),
        (changed("vp8.webm", (b"V_VP8", b"V_SNO")), FILM, "This film is set in V_SNO"),
        (changed("opus.m4a", (b"Opus", b"alac")), SOUND, "This sound is set in ALAC"),
    ],
)
def test_a_coding_that_only_some_browsers_play_is_refused_with_what_to_do(content, kind, sentence):
    with pytest.raises(NotARecording) as refusal:
        read_recording(BytesIO(content), kind)
    assert f"{sentence}, which not every browser plays" in str(refusal.value)
    assert {FILM: "Save it as MP4 with H.264", SOUND: "Save it as MP3"}[kind] in str(refusal.value)


def test_a_sound_of_an_older_layer_is_named_with_its_layer():
    track = MediaInfo.parse(sample("opus.m4a")).audio_tracks[0]
    track.format, track.format_profile = "MPEG Audio", "Layer 2"
    assert "set in MPEG Audio Layer 2" in reason_against(track, "MPEG Audio", SOUND)
    track.format_profile = "Layer 3"
    assert reason_against(track, "MPEG Audio", SOUND) == ""


OGG = (SAMPLES / "opus.ogg").read_bytes()
LAST_PAGE = OGG.rfind(b"OggS")


def test_a_whole_ogg_is_taken_wherever_it_lies(tmp_path):
    path = tmp_path / "rain.ogg"
    path.write_bytes(OGG)
    sound = read_recording(str(path), SOUND)
    assert (sound.extension, sound.seconds) == ("ogg", pytest.approx(2, abs=0.1))
    assert read_recording(BytesIO(OGG), SOUND) == sound
    assert read_recording(BytesIO(OGG + b"TAG" + bytes(125)), SOUND).extension == "ogg"


@pytest.mark.parametrize(
    "length",
    [
        *(int(len(OGG) * share) for share in (0.3, 0.5, 0.8, 0.95)),
        *(LAST_PAGE + more for more in (0, 4, 12, 26, 27, 30)),
        len(OGG) - 1,
    ],
)
def test_an_ogg_that_breaks_off_is_said_to_have_not_arrived_whole(length):
    with pytest.raises(NotARecording) as refusal:
        read_recording(BytesIO(OGG[:length]), SOUND)
    assert "did not arrive whole" in str(refusal.value)
