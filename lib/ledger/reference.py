"""Reference data that ships with the project or comes from the owner: VM prices, Photon factors, discount rules."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import YAMLError

from lib.errors import SettingsError

if TYPE_CHECKING:
    import pyarrow as pa

DATA = Path(__file__).parent / "reference"
BEGINNING = date(1970, 1, 1)


@dataclass(frozen=True)
class VmPrice:
    """What an hour of a node costs on demand (USD), how many DBUs it bills, and what spot costs as a share of it."""

    cloud: str
    node_type: str
    dbu_per_hour: float
    usd_per_hour: float
    spot_share: float


class DiscountRule(BaseModel):
    """One line of the discounts file: a share off the list price for a SKU, a SKU pattern, a product or everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    discount: Decimal = Field(ge=0, le=1, description="share off: 0.15 is 15 %")
    sku: str | None = None
    """A SKU name; `*` stands for any letters."""
    product: str | None = None
    starts: date = Field(BEGINNING, alias="from")
    ends: date | None = Field(None, alias="to")

    @model_validator(mode="after")
    def _makes_sense(self) -> "DiscountRule":
        if self.sku and self.product:
            raise ValueError("give either sku or product, not both")
        if self.ends and self.ends <= self.starts:
            raise ValueError(f"ends on {self.ends}, before it starts on {self.starts}")
        return self

    @property
    def kind(self) -> Literal["sku", "sku_pattern", "product", "all"]:
        """What the rule matches by, most exact first."""
        if self.sku:
            return "sku_pattern" if "*" in self.sku else "sku"
        return "product" if self.product else "all"

    @property
    def match_value(self) -> str | None:
        """The SKU, a regular expression for a pattern, the product, or None."""
        if self.sku and "*" in self.sku:
            return "^" + ".*".join(re.escape(part) for part in self.sku.split("*")) + "$"
        return self.sku or self.product


def vm_prices(own: Path | None = None) -> list[VmPrice]:
    """The shipped VM prices, with those of the `own` file in their place."""
    prices = {price.node_type: price for price in _read_vm_prices(DATA / "vm_prices.csv")}
    if own:
        prices |= {price.node_type: price for price in _read_vm_prices(own)}
    return list(prices.values())


def _read_vm_prices(path: Path) -> list[VmPrice]:
    prices = []
    for number, row in _csv_rows(path, ("cloud", "node_type", "dbu_per_hour", "usd_per_hour", "spot_share")):
        figures = {}
        for column in ("dbu_per_hour", "usd_per_hour", "spot_share"):
            try:
                figures[column] = float(Decimal(row[column]))
            except (InvalidOperation, TypeError) as error:
                raise SettingsError(
                    f"{row[column]!r} in column {column} is not a number.",
                    place=f"{path}, line {number}",
                    remedy="Write it like 0.192.",
                ) from error
        prices.append(VmPrice(row["cloud"], row["node_type"], **figures))
    return prices


def _csv_rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    try:
        lines = [
            (n, line) for n, line in enumerate(path.read_text().splitlines(), 1) if line and not line.startswith("#")
        ]
    except OSError as error:
        raise SettingsError(f"Cannot read {path}: {error.strerror}.", remedy="Name a file that exists.") from error
    reader = csv.DictReader(line for _, line in lines)
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise SettingsError(
            f"The columns {', '.join(missing)} are missing.",
            place=str(path),
            remedy=f"The head reads: {','.join(columns)}.",
        )
    return [(lines[i + 1][0], row) for i, row in enumerate(reader)]


def discount_rules(path: Path | None) -> list[DiscountRule]:
    """The rules of a discounts file, in its order; none without a file. All mistakes of the file in one error."""
    if path is None:
        return []
    try:
        content = _yaml().load(path)
    except OSError as error:
        raise SettingsError(f"Cannot read {path}: {error.strerror}.", remedy="Check LAKELEDGER_DISCOUNTS.") from error
    except (YAMLError, UnicodeError) as error:
        raise SettingsError(f"This is not YAML: {error}", place=str(path), remedy="See docs/prices.md.") from error
    entries = content.get("discounts") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise SettingsError(
            "There is no list of discounts.",
            place=str(path),
            remedy="Start the file with `discounts:`; see docs/prices.md.",
        )
    rules, problems = [], []
    for entry, line in zip(entries, _lines(entries), strict=True):
        try:
            rules.append(DiscountRule.model_validate(dict(entry) if isinstance(entry, dict) else entry))
        except ValidationError as error:
            problems += [f"line {line}: {'.'.join(map(str, e['loc'])) or 'rule'}: {e['msg']}" for e in error.errors()]
    ids = [rule.id for rule in rules]
    problems += [f"rule {id!r} occurs {ids.count(id)} times" for id in sorted(set(ids)) if ids.count(id) > 1]
    if problems:
        raise SettingsError(
            "\n".join(["These discount rules cannot be used:", *problems]),
            place=str(path),
            remedy="See docs/prices.md.",
        )
    return rules


def _yaml() -> YAML:
    """A reader that keeps lines, and leaves dates as texts: a date that does not exist is then a mistake with a line."""

    class Texts(RoundTripConstructor):
        pass

    Texts.add_constructor("tag:yaml.org,2002:timestamp", lambda self, node: self.construct_scalar(node))
    reader = YAML(typ="rt")
    reader.Constructor = Texts
    return reader


def _lines(entries: list[object]) -> list[int]:
    """Line of each entry, counted from 1."""
    positions = getattr(entries, "lc", None)
    return [positions.item(i)[0] + 1 if positions else 0 for i in range(len(entries))]


def tables(own_vm_prices: Path | None, discounts: Path | None) -> dict[str, "pa.Table"]:
    """The `reference` schema of the ledger, by table name."""
    import pyarrow as pa

    photon = _csv_rows(DATA / "photon_factors.csv", ("cloud", "product", "photon_factor"))
    prices = vm_prices(own_vm_prices)
    rules = discount_rules(discounts)
    return {
        "vm_prices": pa.table(
            {field: pa.array([getattr(p, field) for p in prices]) for field in VmPrice.__dataclass_fields__}
        ),
        "photon_factors": pa.table(
            {
                "cloud": [row["cloud"] for _, row in photon],
                "product": [row["product"] for _, row in photon],
                "photon_factor": [float(row["photon_factor"]) for _, row in photon],
            }
        ),
        "discount_rules": pa.table(
            {
                "rule_id": pa.array([rule.id for rule in rules], pa.string()),
                "match_kind": pa.array([rule.kind for rule in rules], pa.string()),
                "match_value": pa.array([rule.match_value for rule in rules], pa.string()),
                "discount_share": pa.array([rule.discount for rule in rules], pa.decimal128(7, 6)),
                "valid_from": pa.array([rule.starts for rule in rules], pa.date32()),
                "valid_to": pa.array([rule.ends for rule in rules], pa.date32()),
                "position": pa.array(range(len(rules)), pa.int64()),
            }
        ),
    }
