"""What a page has to be like on which a form was refused."""

from __future__ import annotations

from bs4 import BeautifulSoup


def problems(response) -> list[str]:
    """What is wrong with a page that refuses a form: nothing, where it helps whoever sent it."""
    page = BeautifulSoup(response.content.decode(), "html.parser")
    found = []
    if not page.title.get_text(strip=True).startswith("Error: "):
        found.append(f"the title is {page.title.get_text(strip=True)!r}")
    summaries = page.select("[data-error-summary]")
    if len(summaries) != 1:
        return [*found, f"{len(summaries)} summaries"]
    summary = summaries[0]
    if summary.get("role") != "alert" or summary.get("tabindex") != "-1":
        found.append("the summary is not read aloud, or cannot have the focus")
    if not summary.has_attr("autofocus") or page.select("[autofocus]")[0] is not summary:
        found.append("the summary does not have the focus")
    if not summary.get_text(strip=True):
        found.append("the summary says nothing")
    links = [link["href"] for link in summary.select("a")]
    found += [f"{link} leads nowhere" for link in links if not page.select(f'[id="{link[1:]}"]')]
    for field in page.select('[aria-invalid="true"]'):
        if f"#{field.get('id')}" not in links and not is_one_of_choices(field, links):
            found.append(f"the summary does not lead to {field.get('id')}")
        form = field.find_parent("form")
        if (
            form is not None
            and form["method"].lower() == "post"
            and not form.has_attr("novalidate")
        ):
            found.append(f"the browser stops {field.get('id')} in its own words, before we can")
        if not described(page, field):
            found.append(f"{field.get('id')} does not say what is wrong with it")
    return found


def is_one_of_choices(field, links) -> bool:
    return any(link[1:].rpartition("_")[0] == field["id"].rpartition("_")[0] for link in links)


def described(page, field) -> str:
    """What a screen reader says of a field, or of the group it is in, beside its label."""
    group = field.find_parent(["fieldset", "div"], attrs={"aria-describedby": True})
    ids = (field.get("aria-describedby") or (group and group["aria-describedby"]) or "").split()
    return " ".join(
        part.get_text(" ", strip=True) for each in ids for part in page.select(f'[id="{each}"]')
    )


def fields_to_fill(page: str, within: str = "main") -> list[tuple[str, list[str]]]:
    """Each form in a part of a page that has something to fill in: where it goes, and its fields."""
    forms = []
    for form in BeautifulSoup(page, "html.parser").select(f"{within} form"):
        names = [
            field["name"]
            for field in form.select("input, select, textarea")
            if field.get("type") not in {"hidden", "submit", "button"}
            and field.has_attr("name")
            and not field.find_parent(hidden=True)
        ]
        if names:
            forms.append((form.get("action", ""), names))
    return forms
