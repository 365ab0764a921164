"""The command line with every command."""

from lib.cli.commands import COMMANDS, commands

app = commands(*COMMANDS)
