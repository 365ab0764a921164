"""What a cloud's cost export looks like: names of columns, written as `plain` leaves them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

TAGS = {
    "cluster_id": ("clusterid",),
    "warehouse_id": ("sqlwarehouseid", "sqlendpointid"),
    "instance_pool_id": ("databricksinstancepoolid",),
}
"""Column of the table → plain names of the tags that Databricks sets on machines; the first that is filled counts."""
TAG_PREFIX = "^(resourcetags)?(user)?"
"""What AWS puts before the key of a tag."""
_TAG_COLUMN = re.compile("(?:resourcetags|labels|tags)(?:user)?(" + "|".join(sum(TAGS.values(), ())) + ")")


@dataclass(frozen=True)
class BillLayout:
    """The columns of one cloud's export. Of several names the first that a file has is read."""

    cloud: str
    """As `system.billing.usage` spells it."""
    title: str
    words: tuple[str, ...]
    """Words in a path that decide when the columns fit two clouds."""
    day: tuple[str, ...]
    cost: tuple[str, ...]
    currency: tuple[str, ...]
    service: tuple[str, ...]
    tags: tuple[str, ...]
    own: tuple[str, ...]
    """Columns that tell Databricks' own charges, which are in its usage already, from those of the cloud."""
    own_pattern: str
    line: tuple[str, ...]
    """Columns that tell lines of one day apart; ids of lines do not count where each export has new ones."""
    credits: tuple[str, ...] = ()
    day_formats: tuple[str, ...] = ()
    """Ways to write a day besides ISO 8601."""

    def missing(self, names: Iterable[str]) -> list[str]:
        """What a file with columns of these plain names lacks."""
        has = set(names)
        roles = {"day": self.day, "cost": self.cost, "currency": self.currency, "service": self.service}
        lacking = [role for role, spellings in roles.items() if not has.intersection(spellings)]
        if not has.intersection(self.tags) and not any(tag_column(name) for name in has):
            lacking.append("tags")
        return lacking

    @property
    def known(self) -> frozenset[str]:
        """Plain names of every column that is read when a file has it."""
        return frozenset(
            (*self.day, *self.cost, *self.currency, *self.service, *self.tags, *self.own, *self.line, *self.credits)
        )


def plain(name: str) -> str:
    """A name without case and separators.

    >>> plain("lineItem/UnblendedCost") == plain("line_item_unblended_cost")
    True
    """
    return re.sub("[^a-z0-9]", "", name.lower())


def tag_column(name: str) -> str | None:
    """The tag that a column of its own holds, by the column's plain name.

    >>> tag_column(plain("resourceTags/user:ClusterId"))
    'clusterid'
    """
    match = _TAG_COLUMN.fullmatch(name)
    return match[1] if match else None
