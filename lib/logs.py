"""What the process writes to stderr: one line an event, in UTC, with every known secret masked."""

import logging
import sys
import time

from lib.masking import masked

LEVELS = ("debug", "info", "warning", "error")


class Masked(logging.Formatter):
    """Formats as usual and masks the whole line, the traceback included."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is written."""
        return masked(super().format(record))


def start(level: str) -> None:
    """Write the app's own log from `level` up; other libraries only from warnings up. Again changes only the level."""
    handler = next((found for found in logging.root.handlers if isinstance(found.formatter, Masked)), None)
    if handler is None:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(Masked("%(asctime)sZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S"))
        logging.root.addHandler(handler)
    logging.getLogger("lakeledger").setLevel(level.upper())
