"""What an operator starts from keeps what the page for operators promises."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands, load_command_class

from deploy.peerwork import read_settings
from tests.servers import ROOT

DOCKER = ROOT / "deploy" / "docker"
NGINX = (ROOT / "deploy" / "nginx" / "peerwork.conf").read_text()
PAGE = (ROOT / "docs" / "operators.md").read_text()
SITE = ("web", "worker", "scheduler")


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]


@pytest.fixture(scope="module")
def example():
    """The settings of .env.example, by name."""
    lines = (DOCKER / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def unit(part):
    return (ROOT / "deploy" / "systemd" / f"peerwork-{part}.service").read_text()


def test_the_example_holds_no_secret_and_no_value_that_would_do(example):
    assert "SECRET_KEY" in example
    assert set(example.values()) == {""}


def test_nothing_starts_before_what_must_be_filled_in_is(example):
    required = set(re.findall(r"\$\{(\w+):\?", (DOCKER / "compose.yaml").read_text()))
    assert required == {"SITE_HOST", "SECRET_KEY", "POSTGRES_PASSWORD", "EMAIL_URL"}
    assert required <= set(example)


def test_the_site_reads_every_setting_that_it_is_given(services):
    documented = (ROOT / "docs" / "operators.md").read_text()
    for part in SITE:
        for name in services[part]["environment"]:
            assert f"`{name}`" in documented, name


WORKED_OUT = {
    # Compose's own business: addresses of its services, and folders of the image.
    *("BASE_URL", "DATABASE_URL", "CACHE_URL", "TRUSTED_PROXIES", "BACKUP_DIR", "ALLOWED_HOSTS"),
    *("VAR_DIR", "SEAL_KEYS", "PORT", "LISTEN_ON"),
    # For trying things.
    *("DEMONSTRATION", "TASKS", "WEBHOOKS_TO_THIS_MACHINE"),
}


def documented_settings():
    table = PAGE.split("| variable | usual value | what it is |\n")[1].split("\n\n")[0]
    first_cells = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
    return {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}


def test_every_setting_of_the_page_can_be_given_by_compose(services, example):
    settable = documented_settings() - WORKED_OUT
    assert {"SECOND_READER", "LETTERS_AN_HOUR", "WEB_WORKERS"} <= settable
    assert settable <= set(example)
    for part in SITE:
        environment = services[part]["environment"]
        for name in settable:
            assert f"${{{name}:" in environment[name], name


def test_a_setting_that_compose_leaves_empty_is_as_usual(services):
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": "/nowhere/peerwork"}
    environment |= {"BASE_URL": "https://a.example.org", "SECRET_KEY": secrets.token_urlsafe(64)}
    environment |= {"EMAIL_URL": "smtp+tls://a:b@127.0.0.1:587"}
    given = services["web"]["environment"]
    empty = {name: "" for name, value in given.items() if value == f"${{{name}:-}}"}
    assert len(empty) > 15
    found = [
        subprocess.run(
            [sys.executable, "-c", READ_SETTINGS],
            cwd=ROOT,
            env=environment | more,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for more in ({}, empty)
    ]
    assert "no-reply@a.example.org" in found[0]
    assert found[0] == found[1]


READ_SETTINGS = """
from lms.settings import base
names = "DEFAULT_FROM_EMAIL SECRET_KEY_FALLBACKS LETTERS_PER_PERSON_A_DAY LETTERS_AN_HOUR"
names += " STAFF_NEED_SECOND_FACTOR SECOND_READER ERASURE_PAUSE_DAYS API_CHECKS_A_DAY BACKUP_DIR"
names += " SEAL_KEY_STORE SEAL_KEYS LOG_LEVEL READYZ_TOKEN SECURITY_CONTACT TRUSTED_PROXIES"
for name in names.split():
    print(name, repr(getattr(base, name)))
"""


def test_every_command_of_the_page_exists():
    """Of manage.py, by its name and the options that are given to it."""
    blocks = "\n".join(re.findall(r"^ *```sh\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL))
    lines = re.findall(r"(?:^ *peerwork|manage\.py) ([a-z_]+)([^#\n]*)", blocks, re.MULTILINE)
    assert {"upgrade", "build_site", "restore", "backup", "seal_keys", "ready"} <= {
        name for name, _ in lines
    }
    for name, rest in lines:
        command = load_command_class(get_commands()[name], name)
        text = command.create_parser("manage.py", name).format_help()
        steps = re.findall(r"^ {4}([a-z-]+) ", text, re.MULTILINE)
        for option in re.findall(r"(--[a-z-]+)", rest):
            assert option in text or steps, f"{name} {option}"


def test_every_service_that_the_page_names_is_in_the_compose_file(services):
    named = re.findall(r"(?:exec|--follow|--wait|:ro) ([a-z]+) ?", PAGE)
    assert {"web", "scheduler", "database", "upgrade"} <= set(named) <= set(services)


def test_installing_makes_the_account_and_its_folder_before_anything_runs_as_it():
    steps = PAGE.split("## Installing")[1].split("### The proxy")[0]
    order = ["useradd --system", "-o peerwork /var/lib/peerwork", "/etc/peerwork.env"]
    order += ["peerwork upgrade", "systemctl enable --now", "peerwork ready"]
    places = [steps.index(words) for words in order]
    assert places == sorted(places)
    assert "set -a" not in PAGE
    assert "manage.py upgrade" not in steps


def test_the_settings_of_the_page_are_read_as_they_are_written():
    (block,) = re.findall(r"```ini\n( +BASE_URL.*?)```", PAGE, re.DOTALL)
    settings_read = read_settings(re.sub(r"^ +", "", block, flags=re.MULTILINE))
    assert settings_read["DEFAULT_FROM_EMAIL"] == "Peerwork <no-reply@learn.example.org>"
    assert settings_read["VAR_DIR"] == "/var/lib/peerwork"
    assert set(settings_read) <= documented_settings()


def test_whoever_seals_can_be_told_how_the_keys_are_kept_and_who_attests_the_time(
    services, example
):
    seal = {"SEAL_KEYS_PASSPHRASE", "TIMESTAMP_URL"}
    assert seal <= set(example)
    for part in SITE:
        assert seal <= set(services[part]["environment"]), part


def test_only_the_proxy_can_be_reached(services):
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]


def test_every_part_waits_for_a_database_that_is_up_to_date(services):
    for part in SITE:
        waits_for = services[part]["depends_on"]
        assert waits_for["upgrade"] == {"condition": "service_completed_successfully"}


def test_compose_and_systemd_start_the_same(services):
    dockerfile = (DOCKER / "Dockerfile").read_text()
    commands = {
        "web": json.loads(re.findall(r"^CMD (.+)$", dockerfile, re.MULTILINE)[0]),
        **{part: services[part]["command"] for part in ("worker", "scheduler")},
    }
    for part, command in commands.items():
        (line,) = re.findall(r"^ExecStart=\S+/(.+)$", unit(part), re.MULTILINE)
        assert line.replace("python ", "python3 ") == " ".join(command)


@pytest.mark.parametrize("part", SITE)
def test_every_unit_may_write_in_its_own_folder_alone(part):
    text = unit(part)
    for line in ("User=peerwork", "ProtectSystem=strict", "UMask=0077", "NoNewPrivileges=yes"):
        assert f"\n{line}\n" in text
    assert "ReadWritePaths" not in text


def test_the_image_takes_in_no_record_and_no_secret():
    patterns = (ROOT / ".dockerignore").read_text().split()
    assert "*" in patterns
    assert not {"!var", "!.env", "!.git"} & set(patterns)
    assert "**/.env" in patterns


def test_nginx_hands_on_nothing_that_a_visitor_wrote_about_the_way_here():
    headers = dict(re.findall(r"^ {4}proxy_set_header (\S+) (\S+);$", NGINX, re.MULTILINE))
    assert headers["X-Forwarded-For"] == "$remote_addr"
    assert headers["X-Forwarded-Proto"] == "$scheme"
    assert headers["Host"] == "$host"
    assert headers["Forwarded"] == headers["X-Real-IP"] == '""'
    # One such line inside a location would undo all of these for it.
    assert not re.search(r"^ {5,}proxy_set_header", NGINX, re.MULTILINE)


def test_nginx_and_the_site_draw_the_same_limits():
    sizes = re.findall(r"client_max_body_size (\d+)m;", NGINX)
    assert [int(size) * 1024 * 1024 for size in sizes] == [
        settings.REQUEST_BODY_LIMIT,
        settings.UPLOAD_BODY_LIMIT,
        settings.CHECKED_FILES_LIMIT,
        settings.CHECKED_FILES_LIMIT,
        settings.FILM_BODY_LIMIT,
    ]
    caddy = re.findall(r"max_size (\d+)MiB", (DOCKER / "Caddyfile").read_text())
    assert sorted(caddy) == sorted(sizes)
