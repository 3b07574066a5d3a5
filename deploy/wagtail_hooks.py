"""What a restored backup asks of the machine."""

from wagtail import hooks

from deploy.verifying_log import forget_where_it_ended
from people.restored import RESTORED_HOOK

hooks.register(RESTORED_HOOK, forget_where_it_ended)
