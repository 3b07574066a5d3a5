"""What leaves the machine can be read with the key, all of it, and without it not at all."""

from __future__ import annotations

import errno
import io
import os
import stat

import pytest

from deploy.backups import sealing

PRIVATE = b"Ada Okafor learns here. " * 20_000


@pytest.fixture
def key_file(tmp_path):
    return tmp_path / "key"


@pytest.fixture
def public(key_file):
    return sealing.public_key(sealing.make_key(key_file))


@pytest.fixture
def keys(public, key_file):
    return sealing.private_keys(key_file)


def test_what_was_sealed_is_opened_as_it_was(tmp_path, public, keys):
    path = tmp_path / "sealed.age"
    written = sealing.seal(io.BytesIO(PRIVATE), path, public)
    opened = io.BytesIO()
    assert sealing.unseal(path, opened, keys) == written
    assert opened.getvalue() == PRIVATE
    assert written.size == len(PRIVATE)


def test_what_was_sealed_shows_nothing_and_belongs_to_its_owner(tmp_path, public):
    path = tmp_path / "sealed.age"
    sealing.seal(io.BytesIO(PRIVATE), path, public)
    assert b"Okafor" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("change", ["cut", "cut a little", "one byte", "longer", "empty", "gone"])
def test_whatever_is_not_whole_is_refused(tmp_path, public, keys, change):
    path = tmp_path / "sealed.age"
    sealing.seal(io.BytesIO(PRIVATE), path, public)
    content = path.read_bytes()
    middle = len(content) // 2
    changed = {
        "cut": content[:middle],
        "cut a little": content[:-1],
        "one byte": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "longer": content + b"x",
        "empty": b"",
    }
    path.write_bytes(changed.get(change, b""))
    if change == "gone":
        path.unlink()
    with pytest.raises(sealing.CannotBeOpened, match=r"sealed\.age"):
        sealing.unseal(path, None, keys)


def test_another_key_opens_nothing(tmp_path, public):
    path = tmp_path / "sealed.age"
    sealing.seal(io.BytesIO(PRIVATE), path, public)
    sealing.make_key(tmp_path / "other")
    with pytest.raises(sealing.CannotBeOpened, match="another key"):
        sealing.unseal(path, None, sealing.private_keys(tmp_path / "other"))


class Failing:
    """A disk that fails."""

    def read(self, size=-1):
        raise OSError(errno.EIO, "bad sector")

    def write(self, content):
        raise OSError(errno.ENOSPC, "full")


def test_a_disk_that_cannot_be_read_leaves_no_half_file(tmp_path, public):
    folder = tmp_path / "sealed"
    with pytest.raises(OSError, match="bad sector"):
        sealing.seal(Failing(), folder / "sealed.age", public)
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_not_taken_for_a_damaged_backup(tmp_path, public, keys):
    path = tmp_path / "sealed.age"
    sealing.seal(io.BytesIO(PRIVATE), path, public)
    with pytest.raises(OSError, match="full") as problem:
        sealing.unseal(path, Failing(), keys)
    assert problem.value.errno == errno.ENOSPC


def test_a_large_stream_passes_in_small_pieces(tmp_path, public):
    largest = 0

    class Endless:
        left = 30 * 1024 * 1024

        def read(self, size=-1):
            nonlocal largest
            largest = max(largest, size)
            self.left -= size
            return os.urandom(8) * (size // 8) if self.left > 0 else b""

    sealing.seal(Endless(), tmp_path / "sealed.age", public)
    assert 0 < largest <= sealing.CHUNK


# Keys -----------------------------------------------------------------------------------------


def test_a_key_is_its_owners_alone_and_never_written_over(key_file, public):
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    before = key_file.read_text()
    with pytest.raises(FileExistsError):
        sealing.make_key(key_file)
    assert key_file.read_text() == before


@pytest.mark.parametrize("text", ["", "age1", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1"])
def test_what_is_no_public_key_is_refused_with_what_to_do(text):
    with pytest.raises(sealing.NoKey, match="backup --new-key"):
        sealing.public_key(text)


@pytest.mark.parametrize("content", ["", "# nothing\n", "AGE-SECRET-KEY-1NONSENSE\n", "\xff"])
def test_a_file_without_a_key_is_named(tmp_path, content):
    file = tmp_path / "no.key"
    file.write_text(content, encoding="latin-1")
    with pytest.raises(sealing.NoKey, match=r"no\.key"):
        sealing.private_keys(file)
    file.unlink()
    with pytest.raises(sealing.NoKey, match=r"no\.key"):
        sealing.private_keys(file)
