"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Numeric, String, TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """A moment. In Python always aware and in UTC; a time without a zone is refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """`timestamptz` on PostgreSQL; on SQLite text in UTC, which sorts as time does."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        moment = value.astimezone(timezone.utc)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


class Amount(TypeDecorator[Decimal]):
    """An exact amount: every digit comes back (SQLite keeps it as text, so compare and add in Python)."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """`numeric` on PostgreSQL, text on SQLite, which has no exact number with a fraction."""
        return dialect.type_descriptor(Numeric(38, 12) if dialect.name == "postgresql" else String(48))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """As the database keeps it."""
        return value if value is None or dialect.name == "postgresql" else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """As a decimal without trailing zeros after the point."""
        if value is None:
            return None
        text = format(Decimal(value), "f")
        return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


Number = BigInteger().with_variant(Integer, "sqlite")
"""Type of keys that count up by themselves."""
