"""Every check can fail: a check that lets a fault pass is worse than none."""

from __future__ import annotations

import ast
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


def test_every_template_is_judged():
    listed = subprocess.run(
        ["git", "ls-files", "*.html"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    templates = {name for name in listed.stdout.split() if "templates/" in name}
    assert len(templates) > 50
    assert templates <= set(lint.TEMPLATES)


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


def strict_modules():
    """The modules that mypy is as strict with as it can be."""
    overrides = structure.read_pyproject(ROOT)["mypy"]["overrides"]
    (strict,) = (each["module"] for each in overrides if each.get("disallow_untyped_defs"))
    return strict


def says_that_it_is_pure(text):
    """Whether the docstring of a module says of it that it is pure."""
    return bool(re.search(r"\bPure[.:]|: pure\b", ast.get_docstring(ast.parse(text)) or ""))


def test_every_module_that_is_read_strictly_is_there():
    """mypy passes over a name that no module has any more, and the strictness would go with it."""
    for name in strict_modules():
        path = ROOT / name.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__init__.py").exists(), name


def test_every_module_that_says_it_is_pure_is_read_strictly():
    apps = structure.read_pyproject(ROOT)["structure"]["source"]
    pure = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for app in apps
        for path in (ROOT / app).rglob("*.py")
        if says_that_it_is_pure(path.read_text(encoding="utf-8"))
    }
    assert len(pure) > 40
    assert pure - set(strict_modules()) == set()


@pytest.mark.parametrize(
    ("docstring", "is_pure"),
    [
        ("Lists of standings: a bit for each badge, and no name. Pure.", True),
        ("A script.\n\nPure: a script in, problems out.", True),
        ("What is done and what is left: pure, and the only place.", True),
        ("Reads what was declared, and hands it to the pure functions.", False),
        ("Purely a list.", False),
    ],
)
def test_what_a_docstring_says_is_understood(docstring, is_pure):
    assert says_that_it_is_pure(f'"""{docstring}"""') is is_pure
    assert not says_that_it_is_pure(f'NAME = "{docstring.splitlines()[0]}"')
