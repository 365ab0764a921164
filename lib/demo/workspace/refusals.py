"""What the loopback workspace answers instead of doing what it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Refusal(Exception):
    """An HTTP error in Databricks' shape: `{"error_code": …, "message": …}`."""

    status: int
    error_code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)
    details: list[dict[str, object]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.status} {self.error_code}: {self.message}"


def not_found(what: str) -> Refusal:
    """404 for an id that does not exist."""
    return Refusal(404, "RESOURCE_DOES_NOT_EXIST", f"{what} does not exist.")


def denied(message: str) -> Refusal:
    """403 with the service's own words."""
    return Refusal(403, "PERMISSION_DENIED", message)


def invalid(message: str) -> Refusal:
    """400 for a value that cannot be used."""
    return Refusal(400, "INVALID_PARAMETER_VALUE", message)
