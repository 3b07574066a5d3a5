"""Moments in templates. No template formats a time by itself, so that each names its zone."""

from django import template

from people.moments import moment, short_moment, time_of_day

register = template.Library()
register.filter("moment", moment)
register.filter("short_moment", short_moment)
register.filter("time_of_day", time_of_day)
