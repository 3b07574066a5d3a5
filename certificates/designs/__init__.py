"""How a certificate looks: a folder for each design, in one list.

An award chooses its design by name, and a credential keeps the name it was issued with. A new
design is a folder here and a name in `DESIGNS`; one folder may have several sizes of paper. A
design that certificates were issued in is never taken out.
"""

from __future__ import annotations

from certificates.designs.base import Design
from certificates.designs.card.design import A4 as CARD
from certificates.designs.card.design import LETTER as CARD_LETTER
from certificates.designs.classic.design import DESIGN as CLASSIC
from certificates.designs.continuing.design import A4 as CONTINUING
from certificates.designs.continuing.design import LETTER as CONTINUING_LETTER
from certificates.designs.diploma.design import A4 as DIPLOMA
from certificates.designs.diploma.design import LETTER as DIPLOMA_LETTER

ALL = (CLASSIC, DIPLOMA, DIPLOMA_LETTER, CONTINUING, CONTINUING_LETTER, CARD, CARD_LETTER)
DESIGNS: dict[str, Design] = {design.name: design for design in ALL}
DEFAULT_DESIGN = CLASSIC.name


def design_choices() -> list[tuple[str, str]]:
    """The designs that an award may choose. A function, so that a new one needs no migration."""
    return [(name, str(design.label)) for name, design in DESIGNS.items()]
