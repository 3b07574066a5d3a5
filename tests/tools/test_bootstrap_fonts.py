"""What the system lacks is installed where it may be, or said in one line."""

from __future__ import annotations

import pytest

from tools import bootstrap

WANTED = [("fonts-noto-cjk", lambda: True)]


@pytest.fixture
def as_somebody(monkeypatch):
    """Not the superuser, on a machine that has apt."""
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "lacks_program", lambda *names: False)


def test_what_is_only_better_to_have_stops_nothing_and_its_one_command_is_printed(
    as_somebody, capsys
):
    bootstrap.ask_for_system_packages(WANTED, "the letters for Korean names")
    printed = capsys.readouterr().out
    assert "apt-get install -y --no-install-recommends fonts-noto-cjk" in printed
    assert "The site works without them" in printed


def test_what_is_needed_stops_it(as_somebody):
    with pytest.raises(bootstrap.CannotGoOn, match="fonts-noto-cjk"):
        bootstrap.need_system_packages(WANTED, "the letters for Korean names")


def test_what_is_there_is_not_spoken_of(as_somebody, capsys):
    bootstrap.ask_for_system_packages([("fonts-noto-cjk", lambda: False)], "letters")
    assert capsys.readouterr().out == ""


def test_the_superuser_has_it_installed(monkeypatch):
    done = []
    monkeypatch.setattr(
        bootstrap, "install_system_packages", lambda names, _why: done.extend(names)
    )
    bootstrap.ask_for_system_packages(WANTED, "letters")
    assert done == ["fonts-noto-cjk"]


def test_running_the_site_asks_for_the_letters_of_east_asian_names(monkeypatch):
    asked = []
    for name in ("install_python_packages", "need_system_packages", "write_down", "secret_key"):
        monkeypatch.setattr(bootstrap, name, lambda *args: "x")
    monkeypatch.setattr(bootstrap, "hand_over", lambda *args, **kwargs: None)
    monkeypatch.setattr(bootstrap.os, "umask", lambda mask: mask)
    monkeypatch.setattr(
        bootstrap, "ask_for_system_packages", lambda wanted, _why: asked.extend(wanted)
    )
    bootstrap.run()
    assert [package for package, _is_missing in asked] == ["fonts-noto-cjk"]


def test_the_tests_have_the_fonts_and_java_that_they_use():
    needed = {package for package, _is_missing in bootstrap.FOR_THE_TESTS}
    assert {"fonts-noto-cjk", "default-jre-headless", "libjaxb-java"} <= needed
