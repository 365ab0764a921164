"""From when statements stand out: one YAML file, every key known, a wrong one rejected with its place."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from lib.errors import SettingsError

SHIPPED = Path(__file__).parent / "thresholds.yaml"


class _Values(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Severities(_Values):
    """Three rising limits; a value on a limit has reached it."""

    low: float = Field(gt=0)
    medium: float
    high: float

    @model_validator(mode="after")
    def _rising(self) -> "Severities":
        if not self.low < self.medium < self.high:
            raise ValueError("low, medium and high must rise")
        return self

    def of(self, value: float | None) -> str | None:
        """The severity that a value has reached; None below the lowest limit."""
        if value is None:
            return None
        return next((name for name in ("high", "medium", "low") if value >= getattr(self, name)), None)


class Hours(_Values):
    """Hours that a change of each effort takes."""

    low: float = Field(gt=0)
    medium: float = Field(gt=0)
    high: float = Field(gt=0)


class Checks(_Values):
    """Which findings are looked for."""

    long_running: bool = True
    spill: bool = True
    poor_pruning: bool = True
    queueing: bool = True
    compile_heavy: bool = True
    fetch_bound: bool = True
    tiny_writes: bool = True
    failed_waste: bool = True
    repeated: bool = True
    text: bool = True


Share = Field(ge=0, le=1)


class Thresholds(_Values):
    """Limits of everything that is said about statements. Shares are 0 to 1."""

    slow_now_minutes: Severities
    expensive_now_dbus: Severities
    fast_seconds: float
    slow_seconds: float
    regression_factor: float = Field(gt=1)
    regression_baseline_days: int = Field(ge=1)
    regression_recent_days: int = Field(ge=1)
    regression_fewest_runs: int = Field(ge=1)
    regression_smallest_seconds: float
    regression_smallest_run_cost: float
    spill_share: float = Field(ge=0)
    spill_bytes: int
    pruned_share: float = Share
    pruning_fewest_bytes: int
    queue_share: float = Share
    queue_fewest_seconds: float
    compile_share: float = Share
    compile_fewest_runs: int
    fetch_share: float = Share
    fetch_fewest_seconds: float
    small_write_bytes: int
    small_write_fewest_files: int
    repeated_fewest_runs: int
    failed_share: float = Share
    failed_fewest_runs: int
    wide_read_bytes: int
    priority_high_saving: float
    priority_medium_saving: float
    low_utilisation: float = Share
    high_utilisation: float = Share
    effort_hours: Hours
    hour_cost: float = Field(ge=0)
    replay_tolerance: float = Share
    findings_shapes: int = Field(ge=1)
    checks: Checks = Checks()

    def utilisation_class(self, share: float) -> str:
        """low, fair or high: how much of the time that is paid for is used."""
        return "low" if share < self.low_utilisation else "high" if share > self.high_utilisation else "fair"


@cache
def thresholds(own: Path | None = None) -> Thresholds:
    """The shipped limits, with those of the `own` file in their place. All mistakes of a file come in one error."""
    values = _read(SHIPPED) | (_read(own) if own else {})
    try:
        return Thresholds.model_validate(values)
    except ValidationError as error:
        said = "\n".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SettingsError(
            f"These thresholds cannot be used:\n{said}",
            place=str(own or SHIPPED),
            remedy=f"The known keys are in {SHIPPED.name}.",
        ) from error


def _read(path: Path) -> dict[str, object]:
    try:
        content = YAML(typ="safe").load(path)
    except OSError as error:
        raise SettingsError(
            f"Cannot read {path}: {error.strerror}.", remedy="Check LAKELEDGER_QUERY_THRESHOLDS."
        ) from error
    except (YAMLError, ValueError) as error:
        raise SettingsError(f"This is not YAML: {error}", place=str(path), remedy="See docs/queries.md.") from error
    if not isinstance(content, dict):
        raise SettingsError("There are no thresholds in it.", place=str(path), remedy="Write one `key: value` a line.")
    return content
