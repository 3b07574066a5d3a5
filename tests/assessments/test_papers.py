"""A whole paper: what is read from its form, what is missing, and what it is worth."""

from decimal import Decimal

from assessments.kinds import KINDS
from assessments.papers import Paper, competencies_on
from tests import make


def paper_of_every_kind(**fields):
    items = [make.item(kind, seed, **fields) for seed, kind in enumerate(KINDS)]
    return Paper(items=items, pass_percent=Decimal(75))


def test_a_paper_is_worth_the_sum_of_its_items():
    assert paper_of_every_kind(worth=Decimal("2.5")).out_of == Decimal("2.5") * len(KINDS)
    assert Paper(items=[], pass_percent=Decimal(75)).out_of == 0


def test_a_form_is_read_item_by_item():
    paper = paper_of_every_kind()
    right = {item.id: item.right_response() for item in paper.items}
    form = {"base": ["0"]}
    for item in paper.items:
        form |= item.to_form(right[item.id])
    assert paper.read(form) == right
    first = paper.items[0]
    assert paper.read(first.to_form(right[first.id])) == dict.fromkeys(right) | {
        first.id: right[first.id]
    }


def test_it_names_the_items_that_still_ask_for_something_in_their_order():
    paper = paper_of_every_kind()
    right = {item.id: item.right_response() for item in paper.items}
    assert paper.unanswered(right) == []
    assert paper.unanswered({}) == paper.items
    assert paper.unanswered({**right, paper.items[1].id: None}) == [paper.items[1]]


def test_a_script_is_named_once_and_only_for_the_kinds_that_stand_on_it():
    paper = paper_of_every_kind()
    twice = Paper(items=[*paper.items, *paper.items], pass_percent=Decimal(75))
    scripts = [f"kinds/{item.kind}/kind.js" for item in paper.items if item.script]
    assert sorted(scripts) == paper.scripts == twice.scripts
    without = [item for item in paper.items if not item.script]
    assert Paper(items=without, pass_percent=Decimal(75)).scripts == []


def test_competencies_are_named_once_in_order():
    items = [
        make.item(KINDS[0], 1, competencies=["LI2", "LI1"]),
        make.item(KINDS[1], 2, competencies=["LI2", "BO1"]),
        make.item(KINDS[2], 3),
    ]
    assert competencies_on(items) == ["BO1", "LI1", "LI2"]
