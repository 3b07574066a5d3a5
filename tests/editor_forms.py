"""What an editor of the staff pages sends when nothing in it was touched."""

from __future__ import annotations

from wagtail import blocks


def untouched(form):
    """The fields of a page's or a question's form, its formsets included, as the browser sends them unchanged."""
    sent = {}
    for bound in form:
        if isinstance(bound.field, blocks.base.BlockField):
            sent |= block_fields(bound.field.block, bound.value(), bound.html_name)
        else:
            sent |= widget_fields(bound.field.widget, bound.html_name, bound.value())
    for formset in getattr(form, "formsets", {}).values():
        sent |= untouched(formset.management_form)
        for row in formset.forms:
            sent |= untouched(row)
    return sent


def block_fields(block, value, prefix):
    """The fields of one block, and of all that are in it."""
    if isinstance(block, blocks.StreamBlock | blocks.ListBlock):
        return rows_of(value, prefix)
    if isinstance(block, blocks.StructBlock):
        sent = {}
        for name, child in block.child_blocks.items():
            sent |= block_fields(child, value[name], f"{prefix}-{name}")
        return sent
    return widget_fields(block.field.widget, prefix, block.value_for_form(value))


def rows_of(value, prefix):
    children = list(value if isinstance(value, blocks.StreamValue) else value.bound_blocks)
    sent = {f"{prefix}-count": str(len(children))}
    for place, child in enumerate(children):
        row = f"{prefix}-{place}"
        sent |= {f"{row}-id": child.id or "", f"{row}-order": str(place), f"{row}-deleted": ""}
        if isinstance(value, blocks.StreamValue):
            sent[f"{row}-type"] = child.block_type
        sent |= block_fields(child.block, child.value, f"{row}-value")
    return sent


def widget_fields(widget, name, value):
    """What a browser sends for one control: nothing for a box that is not ticked."""
    if hasattr(widget, "get_value_data"):  # a chooser sends the primary key alone
        return {name: getattr(value, "pk", value) or ""}
    shown = widget.get_context(name, value, {})["widget"]
    if getattr(widget, "input_type", "") == "checkbox" and "optgroups" not in shown:
        return {name: "on"} if widget.check_test(value) else {}
    if "subwidgets" in shown:
        return {part["name"]: part["value"] or "" for part in shown["subwidgets"]}
    chosen = shown["value"]
    return {name: "" if chosen is None else chosen}
