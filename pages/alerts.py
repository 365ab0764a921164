"""What fires, who looks after it, the rules behind it, and what happened."""

from lib.ui import alert_parts, errors, page

page.dated("Alerts")
with errors.shown():
    alert_parts.draw()
