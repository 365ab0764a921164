"""Databricks runtimes: what a version string says, and until when the version is supported. Pure.

End of support: the tables of the public page "Databricks Runtime release notes versions and compatibility" in its editions
of 2024 to 2026 (docs.databricks.com/release-notes/runtime, learn.microsoft.com/azure/databricks/release-notes/runtime,
docs.azure.cn/databricks/runtime), and "Databricks Runtime versions that have reached end-of-support"
(learn.microsoft.com/azure/databricks/release-notes/runtime/eos); looked up on 26 November 2026. A version whose date none of
these gives has none here.

The newest edition found is from after 22 August 2026, as it leaves 13.3 out. It supports 14.3, 15.4, 16.4, 17.3, 18 and 19
and nothing else, so what is older and not among these was over by then, whenever that was. 18 and 19 are named there without
a minor version: of 18.0, 18.1 and what comes later it is not known here whether and until when they are supported.
"""

import re
from dataclasses import dataclass
from datetime import date

END_OF_SUPPORT = {
    (9, 1): date(2024, 9, 23), (10, 4): date(2025, 3, 18), (11, 3): date(2025, 10, 19), (12, 2): date(2026, 3, 1),
    (13, 3): date(2026, 8, 22), (14, 3): date(2027, 2, 1), (15, 4): date(2027, 8, 19), (16, 4): date(2028, 5, 9),
    (17, 0): date(2025, 12, 23), (17, 1): date(2026, 2, 1), (17, 2): date(2026, 3, 26), (17, 3): date(2028, 10, 22),
}  # fmt: skip
LISTED = date(2026, 8, 23)
"""From this day on, a version before `NEWEST_LISTED` that has no date above is over."""
NEWEST_LISTED = max(END_OF_SUPPORT)
REMOVED = (10, 3)
"""This version and all before it have reached their end of life."""
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
        over = self.version <= REMOVED or (self.version < NEWEST_LISTED and today >= LISTED)
        return False if over else None


def runtime(text: str | None) -> Runtime:
    """Read a version string.

    >>> runtime("15.4.x-photon-scala2.12").version, runtime("dlt:15.4").version, runtime("custom:x").version
    ((15, 4), (15, 4), None)
    """
    said = text or ""
    found = _VERSION.search(said)
    version = (int(found[1]), int(found[2])) if found else None
    return Runtime(said, version, "photon" in said, "-ml" in said, "gpu" in said)
