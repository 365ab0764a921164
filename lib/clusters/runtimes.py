"""Databricks runtimes: what a version string says, and until when the version is supported. Pure.

End of support: public release notes, as of April 2026; long-term releases have three years. Versions after the newest
one here count as supported.
"""

import re
from dataclasses import dataclass
from datetime import date

END_OF_SUPPORT = {
    (7, 3): date(2023, 9, 24), (9, 1): date(2024, 9, 23), (10, 4): date(2025, 3, 18), (11, 3): date(2025, 10, 19),
    (12, 0): date(2023, 6, 14), (12, 1): date(2023, 7, 18), (12, 2): date(2026, 3, 1), (13, 0): date(2023, 10, 14),
    (13, 1): date(2023, 11, 30), (13, 2): date(2024, 1, 6), (13, 3): date(2026, 8, 22), (14, 0): date(2024, 3, 11),
    (14, 1): date(2024, 12, 11), (14, 2): date(2024, 11, 22), (14, 3): date(2027, 2, 1), (15, 1): date(2024, 10, 30),
    (15, 2): date(2024, 11, 22), (15, 3): date(2025, 1, 7), (15, 4): date(2027, 8, 19), (16, 0): date(2025, 5, 11),
    (16, 1): date(2025, 6, 23), (16, 2): date(2025, 8, 5), (16, 3): date(2025, 9, 27), (16, 4): date(2028, 5, 9),
    (17, 0): date(2025, 12, 25), (17, 1): date(2026, 2, 1), (17, 2): date(2026, 3, 15), (17, 3): date(2028, 10, 22),
}  # fmt: skip
OLDEST = min(END_OF_SUPPORT)
NEWEST_LONG_TERM = (17, 3)
_VERSION = re.compile(r"(?:^|:)(\d+)\.(\d+)")


@dataclass(frozen=True)
class Runtime:
    """What a version string says."""

    text: str
    version: tuple[int, int] | None
    """(major, minor); None for a custom image or a word such as `auto:latest-lts`."""
    photon: bool
    ml: bool
    gpu: bool

    @property
    def short(self) -> str:
        """`15.4` and what is special about it."""
        if self.version is None:
            return self.text
        extras = [word for word, has in (("ML", self.ml), ("GPU", self.gpu), ("Photon", self.photon)) if has]
        return " ".join([f"{self.version[0]}.{self.version[1]}", *extras])

    @property
    def end_of_support(self) -> date | None:
        """The last day of support; None when it is not known here."""
        if self.version is None:
            return None
        return END_OF_SUPPORT.get(self.version)

    def supported(self, today: date) -> bool | None:
        """Whether it is supported on a day; None when that is not known."""
        if self.version is None:
            return None
        end = self.end_of_support
        if end is not None:
            return today <= end
        return False if self.version < OLDEST else None if self.version < NEWEST_LONG_TERM else True


def runtime(text: str | None) -> Runtime:
    """Read a version string.

    >>> runtime("15.4.x-photon-scala2.12").version, runtime("dlt:15.4").version, runtime("custom:x").version
    ((15, 4), (15, 4), None)
    """
    said = text or ""
    found = _VERSION.search(said)
    version = (int(found[1]), int(found[2])) if found else None
    return Runtime(said, version, "photon" in said, "-ml" in said, "gpu" in said)
