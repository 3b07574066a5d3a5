from django import template

from people.browsers import describe_browser
from people.letters import contact_address

register = template.Library()
register.filter("browser", describe_browser)
register.simple_tag(contact_address)

GROUP = 4


@register.filter
def in_groups(code: str) -> str:
    """A long code in groups of four, as people read and type it."""
    return " ".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))
