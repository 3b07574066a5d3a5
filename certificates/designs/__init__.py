"""How a certificate looks: a folder for each design, in one list.

An award chooses its design by name, and a credential keeps the name it was issued with. A new
design is a folder here and its name in `NAMES`. A design that certificates were issued in is
never taken out.
"""

from __future__ import annotations

from importlib import import_module

from certificates.designs.base import Design

NAMES = ("classic",)

DESIGNS: dict[str, Design] = {
    name: import_module(f"certificates.designs.{name}.design").DESIGN for name in NAMES
}
DEFAULT_DESIGN = NAMES[0]


def design_choices() -> list[tuple[str, str]]:
    """The designs that an award may choose. A function, so that a new one needs no migration."""
    return [(name, str(design.label)) for name, design in DESIGNS.items()]
