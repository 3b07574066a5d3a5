"""Whether a locked package has a published vulnerability, asked of PyPI's advisories."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements/dev.txt"  # it holds all of base.txt
SECONDS = 120
COMMAND = [
    str(Path(sys.executable).parent / "pip-audit"),
    *("--requirement", LOCK, "--disable-pip"),
    *("--format", "json", "--progress-spinner", "off", "--timeout", "10"),
]


def read_answer(text: str) -> list[dict[str, Any]]:
    """What is known of each package; nothing where the audit broke off before it could say."""
    try:
        return list(json.loads(text)["dependencies"])
    except (ValueError, KeyError):
        return []


def vulnerabilities(packages: list[dict[str, Any]]) -> list[str]:
    return [
        f"{package['name']} {package['version']}: {advisory['id']}, "
        f"mended in {', '.join(advisory['fix_versions']) or 'no release yet'}"
        for package in packages
        for advisory in package.get("vulns", [])
    ]


def report(packages: list[dict[str, Any]], trouble: str) -> tuple[int, list[str]]:
    """The exit code and what to print.

    A vulnerability fails. Advisories out of reach do not, since the tree is no worse for it, but
    they are said out loud: an index that only mirrors packages answers for none of them.
    """
    sentences = vulnerabilities(packages)
    unanswered = [package["name"] for package in packages if "skip_reason" in package]
    if sentences:
        return 1, sentences
    if len(unanswered) == len(packages):
        reason = trouble or "this index keeps no advisories"
        return 0, [f"NOT AUDITED, try again online: {reason}"]
    if unanswered:
        return 0, [f"no advisories could be read for: {', '.join(unanswered)}"]
    return 0, []


def run_audit() -> tuple[list[dict[str, Any]], str]:
    """What is known of each package, and what pip-audit complained of where it broke off."""
    try:
        answer = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return [], f"no answer within {SECONDS} seconds"
    packages = read_answer(answer.stdout)
    complaints = [] if packages else answer.stderr.strip().splitlines()
    return packages, "".join(complaints[-1:])


def unanswered_fails(packages: list[dict[str, Any]]) -> int:
    """1 where the advisories of any package, or of all, could not be read."""
    return int(not packages or any("skip_reason" in package for package in packages))


def main(arguments: list[str]) -> int:
    """With --must-answer, what `make audit` runs: an audit that could not be made fails, too."""
    packages, trouble = run_audit()
    code, lines = report(packages, trouble)
    for line in lines:
        print(line)
    if arguments != ["--must-answer"]:
        return code
    code = code or unanswered_fails(packages)
    print(f"{len(packages)} packages: " + ("see above." if code else "no known vulnerability."))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
