"""Everything about the tree that a machine can judge. All of it runs; one fault fails the whole.

`tools/lint.py style types` runs these checks alone, as the hooks before a commit do.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]

# What a real deployment would set. Nothing is connected to.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "lms.settings.base",
    "BASE_URL": "https://learn.example.org",
    "SECRET_KEY": "Zq3vT8wK1rXb6uYc9nMd2eJf5gHa7sLp0oIiUjRtEyWqBvCxNzPm4kDl",
    "DATABASE_URL": "postgres://peerwork@127.0.0.1:1/peerwork",
    "EMAIL_URL": "smtp+tls://peerwork:password@mail.example.org:587",
    "TRUSTED_PROXIES": "1",
}

FOLDERS = ("templates", "assessments", "certificates", "courses", "lms", "people", "practice")
TEMPLATES = [
    str(path.relative_to(ROOT))
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.html"))
]
DJADE = [str(BIN / "djade"), "--target-version", "5.2"]
COMPOSE = "deploy/docker/compose.yaml"
BUILT_DOCS = "{folder}/site"

CHECKS = {
    "style": [str(BIN / "ruff"), "check", "--quiet", "."],
    "form": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "types": [str(BIN / "mypy")],
    "imports": [str(BIN / "lint-imports")],
    "structure": [sys.executable, "tools/structure.py"],
    "templates": [*DJADE, "--check", *TEMPLATES],
    "scripts": [str(BIN / "biome"), "lint", "--error-on-warnings", "--max-diagnostics=200", "."],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "deployment": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
    "compose": [
        str(BIN / "check-jsonschema"),
        *("--builtin-schema", "vendor.compose-spec", COMPOSE),
    ],
    # Never with --quiet, which lets every warning pass.
    "docs": [str(BIN / "mkdocs"), "build", "--strict", "--site-dir", BUILT_DOCS],
    "licences": [str(BIN / "pip-licenses")],
    "advisories": [sys.executable, "tools/audit.py"],
}
SAYS_MORE = {"advisories"}  # its words count even when it finds nothing


def run_check(name: str, folder: str) -> bool:
    """Whether the tree passes this check; what is wrong is printed."""
    result = subprocess.run(
        [word.format(folder=folder) if word == BUILT_DOCS else word for word in CHECKS[name]],
        cwd=ROOT,
        # Making migrations asks a database what it has, and there is none to ask.
        env={**os.environ, **PRODUCTION, "PYTHONWARNINGS": "ignore::RuntimeWarning"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    passed = result.returncode == 0
    print(f"{name:<12} {'ok' if passed else 'FAULTS'}", flush=True)
    if result.stdout.strip() and (not passed or name in SAYS_MORE):
        print(result.stdout, flush=True)
    return passed


def main(names: list[str]) -> int:
    unknown = set(names) - set(CHECKS)
    if unknown:
        print(f"There is no check named {', '.join(sorted(unknown))}: {', '.join(CHECKS)}")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        results = [run_check(name, folder) for name in names or CHECKS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
