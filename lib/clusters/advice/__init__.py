"""Recommendations about clusters, pools and warehouses: one module a rule, whose docstring is what people read.

A module has `TITLE` and `find(facts) -> Recommendation | None`; `ABOUT` names the kind of facts it takes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from lib.clusters.advice import (
    auto_stop,
    autoscaling,
    cluster_idle,
    driver_bound,
    gpu_unused,
    jobs_on_all_purpose,
    long_running,
    machine_cost,
    many_alike,
    no_autoscale,
    no_spot,
    node_choice,
    old_runtime,
    orphaned,
    oversized_driver,
    oversized_memory,
    oversized_workers,
    photon,
    pool_idle,
    spark_settings,
    undersized,
    warehouse_auto_stop,
    warehouse_queueing,
    warehouse_too_large,
)
from lib.recommendations.model import Recommendation

MODULES: tuple[ModuleType, ...] = (
    cluster_idle,
    auto_stop,
    long_running,
    oversized_workers,
    oversized_memory,
    oversized_driver,
    driver_bound,
    undersized,
    no_autoscale,
    autoscaling,
    no_spot,
    jobs_on_all_purpose,
    old_runtime,
    photon,
    gpu_unused,
    machine_cost,
    node_choice,
    many_alike,
    spark_settings,
    orphaned,
    pool_idle,
    warehouse_auto_stop,
    warehouse_too_large,
    warehouse_queueing,
)


@dataclass(frozen=True)
class Rule:
    """One rule."""

    kind: str
    title: str
    about: str
    """What people read about it: its module's docstring."""
    of: str
    """`cluster`, `pool` or `warehouse`."""
    find: Callable[[Any], Recommendation | None]


RULES = tuple(Rule(m.__name__.rpartition(".")[2], m.TITLE, (m.__doc__ or "").strip(), m.ABOUT, m.find) for m in MODULES)
"""Every rule. To add one: a module, its line in MODULES, and a case file."""
