from django import template

from people.browsers import describe_browser
from people.letters import contact_address

register = template.Library()
register.filter("browser", describe_browser)
register.simple_tag(contact_address)
