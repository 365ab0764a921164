"""The command line: the same functions as the pages. stdout is data, stderr is talk, the exit code is the verdict."""

import gc
import sys

from lib import logs
from lib.config import settings
from lib.errors import AppError

EXIT_BAD_INPUT = 2
"""Something given (argument, file, setting) cannot be used, or data is missing."""


def main() -> None:
    """Run the command line; errors of ours become one message on stderr and exit code 2."""
    # what is imported stays: to look through it for garbage is a tenth of a short command
    gc.set_threshold(50_000, 20, 50)
    if sys.argv[1:2] == ["genie"]:
        from lib.cli.genie import main as genie

        return genie(sys.argv[2:])
    from lib.cli.commands import COMMANDS, app_of
    from lib.cli.output import complain

    try:
        logs.start(settings().log_level)
        app_of(COMMANDS.keys() & sys.argv[1:2] or COMMANDS)()
    except AppError as error:
        complain(error)
        sys.exit(EXIT_BAD_INPUT)
    except BrokenPipeError:
        sys.stderr.close()
