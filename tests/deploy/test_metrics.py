"""/metrics says in numbers how the site is, and every alarm rests on a number that is there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import yaml
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client.parser import text_string_to_metric_families

from certificates.badges.making import make_badge, publish_status_lists
from certificates.sealing.keys import add_signing_keys, start
from deploy import checking_files, health, verifying_log
from deploy.heartbeat import SCHEDULER, WORKER, heartbeat_file
from tests import make
from tests.deploy import backups
from tests.make import DAY, HOUR
from tests.servers import ROOT

pytestmark = pytest.mark.django_db

ALARMS = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alarms.yml").read_text())
RULES = ALARMS["groups"][0]["rules"]


@pytest.fixture
def whole_site(settings, tmp_path):
    """A site of which everything is set up."""
    backups.own_files(settings, tmp_path)
    backups.set_up(settings, tmp_path)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for part in (WORKER, SCHEDULER):
        heartbeat_file(part).touch()
    checking_files.note(checking_files.Findings(), at=timezone.now())
    verifying_log.verify_log(at=timezone.now())
    folder = tmp_path / "backups" / f"{timezone.now() - 2 * HOUR:%Y%m%dT%H%M%SZ}"
    folder.mkdir(parents=True)
    (folder / "about.json").write_text("{}")
    return tmp_path


@pytest.fixture
def signed_list(settings, tmp_path):
    """Keys of the site, and a list of standings that one of them signed."""
    settings.SEAL_KEYS = tmp_path / "keys"
    start("Peerwork Training", at=timezone.now())
    add_signing_keys(at=timezone.now())
    make_badge(make.credential(), at=timezone.now())
    publish_status_lists(at=timezone.now())


def numbers(client) -> dict[str, float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer["Cache-Control"] == "no-store"
    return {
        sample.name + "".join(f"[{value}]" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_every_part_is_a_number(client, whole_site, monkeypatch):
    monkeypatch.setattr(health, "free_share", lambda folder: 0.5)
    found = numbers(client)
    parts = client.get("/readyz").json()["parts"]
    assert {f"peerwork_part_well[{name}]" for name in parts} <= set(found)
    assert found["peerwork_ready"] == 1
    assert found["peerwork_part_well[backup]"] == 1
    assert found["peerwork_backup_age_seconds"] == pytest.approx(7200, abs=10)
    assert (
        found["peerwork_disk_free_ratio[var]"] == found["peerwork_disk_free_ratio[backup]"] == 0.5
    )
    assert found["peerwork_silent_seconds[scheduler]"] < 60


def test_what_waits_is_counted(client, whole_site):
    DBTaskResult.objects.create(task_path="a.b", backend_name="default", args_kwargs={})
    DBTaskResult.objects.update(enqueued_at=timezone.now() - HOUR)
    credential = make.credential(at=timezone.now() - 3 * HOUR)
    type(credential).objects.update(pdf="a.pdf", pdf_made_at=timezone.now() - 2 * HOUR)
    found = numbers(client)
    assert found["peerwork_tasks_waiting"] >= 1
    assert found["peerwork_oldest_task_seconds"] == pytest.approx(3600, abs=10)
    assert found["peerwork_oldest_letter_seconds"] == pytest.approx(7200, abs=10)
    assert found["peerwork_part_well[mail]"] == 0
    assert found["peerwork_part_well[tasks]"] == found["peerwork_ready"] == 0


def test_a_site_without_a_backup_says_so(client, settings):
    settings.BACKUP_DIR = settings.BACKUP_KEY = ""
    found = numbers(client)
    assert found["peerwork_backup_set_up"] == 0
    assert "peerwork_backup_age_seconds" not in found


def test_a_lost_database_is_a_number_and_no_error(client, whole_site, monkeypatch):
    monkeypatch.setattr(health, "database", lambda: "does not answer (OperationalError)")
    found = numbers(client)
    assert found["peerwork_ready"] == found["peerwork_part_well[database]"] == 0
    assert "peerwork_oldest_task_seconds" not in found


def test_lost_files_are_counted(client, whole_site):
    findings = checking_files.Findings(lost=["one", "two"], database="damaged")
    checking_files.note(findings, at=timezone.now() - DAY)
    found = numbers(client)
    assert found["peerwork_files_lost"] == 2
    assert found["peerwork_database_damaged"] == 1
    assert found["peerwork_files_check_age_seconds"] == pytest.approx(86400, abs=10)


def test_it_tells_nobody_who_is_here_and_no_secret(client, whole_site, settings):
    person = make.user("ada@example.org", "Ada Okafor")
    make.credential(holder=person)
    said = client.get("/metrics").content.decode() + client.get("/readyz").content.decode()
    for private in ("ada", "Okafor", settings.SECRET_KEY, settings.BACKUP_KEY, str(whole_site)):
        assert private not in said


@pytest.mark.parametrize("token", ["", "a-token-of-the-operators"])
def test_a_visitor_finds_no_such_page(client, settings, token):
    settings.READYZ_TOKEN = token
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    through_a_proxy = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    assert client.get("/metrics", **through_a_proxy).status_code == 404


def test_the_token_opens_it(client, settings):
    settings.READYZ_TOKEN = "a-token-of-the-operators"
    headers = {"authorization": "Bearer a-token-of-the-operators"}
    assert client.get("/metrics", headers=headers, REMOTE_ADDR="203.0.113.9").status_code == 200


# Alarms -----------------------------------------------------------------------------------------


def test_every_alarm_rests_on_a_number_that_is_there(client, whole_site, signed_list):
    there = {name.split("[")[0] for name in numbers(client)}
    for rule in RULES:
        named = set(re.findall(r"\bpeerwork_\w+", rule["expr"]))
        assert named <= there, rule["alert"]
        assert named or "up{" in rule["expr"], rule["alert"]


def test_every_alarm_is_explained_to_the_operator():
    page = (ROOT / "docs" / "operators.md").read_text()
    for rule in RULES:
        assert f"`{rule['alert']}`" in page, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]


def test_a_backup_is_old_for_the_alarm_when_it_is_for_the_page():
    rule = next(rule for rule in RULES if rule["alert"] == "PeerworkBackupTooOld")
    assert "25 * 3600" in rule["expr"]
    assert timedelta(hours=25) == health.OLDEST_BACKUP
