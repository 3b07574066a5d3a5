"""Every check can fail: a check that lets a fault pass is worse than none."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import yaml

from tests.servers import ROOT
from tools import lint, structure


@pytest.fixture
def only(monkeypatch):
    """Lets the checks be one command each: `only(name="command")`."""

    def only(**commands):
        checks = {name: [sys.executable, "-c", text] for name, text in commands.items()}
        monkeypatch.setattr(lint, "CHECKS", checks)

    return only


def test_one_fault_fails_the_whole_and_the_rest_still_runs(only, capsys):
    only(first="raise SystemExit('a fault here')", second="print('nothing to see')")
    assert lint.main([]) == 1
    printed = capsys.readouterr().out
    assert re.search(r"first +FAULTS\na fault here", printed)
    assert re.search(r"second +ok", printed)
    assert "nothing to see" not in printed


def test_only_the_checks_that_were_named_run(only, capsys):
    only(first="raise SystemExit(1)", second="")
    assert lint.main(["second"]) == 0
    assert "first" not in capsys.readouterr().out


def test_a_check_that_does_not_exist_is_a_fault(only, capsys):
    only(first="")
    assert lint.main(["frist"]) == 2
    assert "no check named frist" in capsys.readouterr().out


def test_what_was_not_audited_is_said_although_it_passes(only, capsys):
    only(advisories="print('NOT AUDITED')")
    assert lint.main([]) == 0
    assert "NOT AUDITED" in capsys.readouterr().out


def test_the_hooks_before_a_commit_run_checks_that_exist():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repository["repo"] for repository in hooks] == ["local"]
    named = [hook["entry"].split()[2:] for hook in hooks[0]["hooks"]]
    assert sorted(name for names in named for name in names) == sorted(lint.CHECKS)


@pytest.mark.parametrize("link", ["nowhere.md", "index.md#nowhere"])
def test_a_link_that_leads_nowhere_fails_the_docs(tmp_path, link):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text(f"# Peerwork\n\n[here]({link})\n")
    config = (ROOT / "mkdocs.yml").read_text().replace("docs_dir: docs", f"docs_dir: {docs}")
    (tmp_path / "mkdocs.yml").write_text(config)
    command = [*lint.CHECKS["docs"][:-1], str(tmp_path / "site"), "-f", tmp_path / "mkdocs.yml"]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 1
    assert "nowhere" in answer.stderr


def test_the_docs_ask_no_other_host_for_anything(tmp_path):
    subprocess.run([*lint.CHECKS["docs"][:-1], tmp_path], cwd=ROOT, check=True, capture_output=True)
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.findall(r"""(?:src|srcset|action)=["'](?:https?:)?//""", text), page
        assert not re.findall(r"""<link[^>]+href=["'](?:https?:)?//""", text), page
    for sheet in tmp_path.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.findall(r"""(?:url\(|@import )["']?(?:https?:)?//""", text), sheet


def test_every_module_that_is_read_strictly_is_there():
    """mypy passes over a name that no module has any more, and the strictness would go with it."""
    overrides = structure.read_pyproject(ROOT)["mypy"]["overrides"]
    strict = [each["module"] for each in overrides if each.get("disallow_untyped_defs")]
    assert strict
    for name in strict[0]:
        assert (ROOT / name.replace(".", "/")).with_suffix(".py").exists(), name
