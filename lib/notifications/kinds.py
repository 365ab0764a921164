"""The kinds of channels, and the channels that the settings name."""

from collections.abc import Callable, Mapping

from lib.errors import SettingsError
from lib.notifications.channel import Channel
from lib.notifications.jira import Jira
from lib.notifications.mail import Mail
from lib.notifications.other import Other
from lib.notifications.pagerduty import PagerDuty
from lib.notifications.slack import Slack
from lib.notifications.teams import Teams
from lib.notifications.webhook import Webhook

Make = Callable[[str, str], Channel]
KINDS: tuple[tuple[str, Make], ...] = (
    ("slack", Slack),
    ("teams", Teams),
    ("mail", Mail),
    ("pagerduty", PagerDuty),
    ("jira", Jira),
    ("webhook", Webhook),
    ("apprise", Other),
)
"""Every kind. To add one: a module with a class, and a line here."""


def open_channels(addresses: Mapping[str, str]) -> dict[str, Channel]:
    """The channels by name. SettingsError names the channel that cannot be made, never its address."""
    kinds = dict(KINDS)
    found: dict[str, Channel] = {}
    for name, address in addresses.items():
        kind, _, rest = address.partition(":")
        if kind not in kinds:
            raise SettingsError(
                f"The channel {name} is of no kind that is known.",
                place="LAKELEDGER_CHANNELS",
                remedy=f"Its address begins with one of {', '.join(f'{known}:' for known in kinds)}.",
            )
        found[name] = kinds[kind](rest, name)
    return found
