"""Messages out: to Slack, Teams, e-mail, PagerDuty, Jira, a webhook, and all that apprise knows."""

from lib.notifications.channel import Channel, File, NotSent
from lib.notifications.kinds import open_channels
from lib.notifications.notice import Notice

__all__ = ["Channel", "File", "NotSent", "Notice", "open_channels"]
