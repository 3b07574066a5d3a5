"""What an operator starts from keeps what the page for operators promises."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from django.conf import settings

from tests.servers import ROOT

DOCKER = ROOT / "deploy" / "docker"
NGINX = (ROOT / "deploy" / "nginx" / "peerwork.conf").read_text()
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
        settings.FILM_BODY_LIMIT,
    ]
    caddy = re.findall(r"max_size (\d+)MiB", (DOCKER / "Caddyfile").read_text())
    assert sorted(caddy) == sorted(sizes)
