"""The command line with all commands."""

from lib.cli.commands import COMMANDS, app_of

app = app_of(COMMANDS)
