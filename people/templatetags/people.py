from django import template

from people.browsers import describe_browser

register = template.Library()
register.filter("browser", describe_browser)
