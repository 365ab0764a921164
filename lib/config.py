"""Every setting, once: read from the environment (`LAKELEDGER_*`), checked, frozen. Nothing else reads the environment."""

import os
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from lib.errors import SettingsError

PREFIX = "LAKELEDGER_"


class Settings(BaseSettings):
    """What can be set. The README's table is made from these fields."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    source: Literal["demo", "files"] = Field("demo", description="Where data comes from: `demo` or `files`")
    home: Path = Field(Path(".lakeledger"), description="Folder of databases and state")
    store_url: SecretStr | None = Field(
        None,
        description="Where people's settings, messages and events are kept: `postgresql://…` or `sqlite:///file`; "
        "`state.db` in the home folder if empty (docs/store.md)",
    )
    store_endpoint: str | None = Field(
        None, description="Lakebase endpoint that gives the store's password, `projects/…/endpoints/…` (docs/store.md)"
    )
    currency: str = Field("USD", description="Currency shown first; prices in others stay apart")
    cost_base: Literal["list", "contract"] = Field(
        "list", description="Price behind “cost”: `list`, or `contract` (account prices, then discount rules)"
    )
    discounts: Path | None = Field(None, description="YAML file of dated discount rules (docs/prices.md)")
    vm_prices: Path | None = Field(None, description="CSV file of your own VM prices (docs/prices.md)")
    high_cost: Decimal = Field(Decimal(500), ge=0, description="Jobs and runs that cost at least this are marked")
    high_change: float = Field(
        0.5, ge=0, description="Jobs whose cost rose by at least this share are marked (0.5 = 50 %)"
    )
    memory_limit: str = Field(
        "2GB", pattern=r"^\d+(\.\d+)?\s?(MB|GB|MiB|GiB)$", description="Memory of the embedded engine"
    )
    threads: int = Field(0, ge=0, le=256, description="Threads of the embedded engine; 0 = all cores")

    @field_validator("currency")
    @classmethod
    def _iso_currency(cls, value: str) -> str:
        if len(value) != 3 or not value.isalpha():
            raise ValueError("a currency is three letters, such as USD")
        return value.upper()

    @property
    def store_address(self) -> str:
        """Where the store is; may hold a password, so it is for `Store.open` alone."""
        return self.store_url.get_secret_value() if self.store_url else f"sqlite:///{self.home / 'state.db'}"

    @property
    def folder(self) -> Path:
        """Where this source keeps its databases."""
        return self.home / self.source


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return load()


def load(**values: object) -> Settings:
    """Settings from the environment, with `values` before it; all mistakes in one error, unknown names included."""
    problems = _unknown_names()
    try:
        found = Settings(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        problems += [f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']} (given: {e['input']!r})" for e in error.errors()]
    if problems:
        raise SettingsError(
            "These settings cannot be used:\n" + "\n".join(problems),
            remedy="Correct them in the environment or in app.yaml; the README lists every setting.",
        )
    return found


def _unknown_names() -> list[str]:
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    unknown = [name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known]
    near = {name: get_close_matches(name.upper(), known, n=1) for name in unknown}
    return [f"{name} is no setting." + (f" Did you mean {near[name][0]}?" if near[name] else "") for name in unknown]
