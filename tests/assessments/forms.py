"""What a browser, or a script in its place, can send for an item of any kind."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from assessments.items import Item


def forms_of(item: Item) -> st.SearchStrategy[dict[str, list[str]]]:
    """Any form for this item: its own fields and others, with values it offers and others.

    It knows nothing of the kind. Fields and values are those of a right response, and every
    id and word that the item holds.
    """
    right = item.to_form(item.right_response())
    own = [text for text in strings_in(item.to_json()) if text]
    parts = [f"{item.field_name}-{text}" for text in ids_in(item.to_json())]
    fields = list(dict.fromkeys([*right, item.field_name, *parts, "item-of-another-paper"]))
    places = [str(number) for number in range(len(right) + 3)]
    likely = [value for values in right.values() for value in values]
    value = st.sampled_from(likely) | st.sampled_from([*own, *places, "", "z", "-1", "1.0", "٣"])
    return st.dictionaries(
        st.sampled_from(fields), st.lists(value, max_size=7), max_size=9
    ) | st.fixed_dictionaries({name: st.lists(value, max_size=4) for name in right})


def responses_to(item: Item) -> st.SearchStrategy[Any]:
    """Anything that a form of this item may give, as `read` lets it through."""
    return forms_of(item).map(item.read)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    """Every value that is no list and no mapping, with where it stands in some JSON."""
    if isinstance(value, dict):
        return [leaf for key, each in value.items() for leaf in leaves(each, (*path, key))]
    if isinstance(value, list):
        return [leaf for key, each in enumerate(value) for leaf in leaves(each, (*path, key))]
    return [(path, value)]


def strings_in(value: Any) -> list[str]:
    return [leaf for _, leaf in leaves(value) if isinstance(leaf, str)]


def ids_in(value: Any) -> list[str]:
    return [leaf for path, leaf in leaves(value) if path[-1] == "id"]
