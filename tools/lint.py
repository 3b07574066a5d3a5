"""Everything about the code that a machine can judge. All of it runs; one fault fails the whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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

CHECKS = {
    "style": [str(BIN / "ruff"), "check", "--quiet", "."],
    "form": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "types": [str(BIN / "mypy")],
    "imports": [str(BIN / "lint-imports")],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "deployment": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    failed = []
    for name, command in CHECKS.items():
        result = subprocess.run(
            command,
            cwd=root,
            # Making migrations asks a database what it has, and there is none to ask.
            env={**os.environ, **PRODUCTION, "PYTHONWARNINGS": "ignore::RuntimeWarning"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        print(f"{name:<12} {'ok' if result.returncode == 0 else 'FAULTS'}", flush=True)
        if result.returncode:
            failed.append(name)
            print(result.stdout)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
