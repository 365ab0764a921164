"""Every query through the connector gives the rows that the embedded engine gives."""

from tests.queries.samples import samples  # noqa: F401
