"""Spark settings that cost, or that work against the engine.

Only where the workspace lets its settings be read. On Photon nothing is said about what Photon replaces.
"""

from lib.clusters.advice.facts import Facts, finding
from lib.recommendations.model import Recommendation

TITLE = "Spark settings"
ABOUT = "cluster"


def checks(conf: dict[str, str], *, photon: bool) -> list[str]:
    """What is wrong, in words."""
    found = []

    def is_(key: str, value: str) -> bool:
        return conf.get(key, "").strip().lower() == value

    if is_("spark.sql.adaptive.enabled", "false"):
        found.append("Adaptive query execution is off.")
    if is_("spark.sql.adaptive.coalescePartitions.enabled", "false"):
        found.append("Small partitions are not joined (adaptive coalescing is off).")
    if is_("spark.sql.adaptive.skewJoin.enabled", "false"):
        found.append("Skewed joins are not split.")
    if (number := conf.get("spark.sql.shuffle.partitions", "")).isdecimal() and int(number) > 4000:
        found.append(f"spark.sql.shuffle.partitions is {number}: more tasks than work.")
    if is_("spark.sql.autoBroadcastJoinThreshold", "-1"):
        found.append("Broadcast joins are off.")
    if is_("spark.databricks.io.cache.enabled", "false") and not photon:
        found.append("The disk cache is off.")
    if is_("spark.databricks.delta.optimizeWrite.enabled", "false"):
        found.append("Optimised writes are off: many small files.")
    if is_("spark.speculation", "true"):
        found.append("Speculation is on: work is done twice, and paid twice.")
    if is_("spark.dynamicAllocation.enabled", "true"):
        found.append("Spark's own dynamic allocation is on: it works against the platform's scaling.")
    if not photon and conf.get("spark.memory.offHeap.enabled", "").lower() == "true":
        found.append("Off-heap memory is set by hand: it is taken from what Spark could use.")
    return found


def find(f: Facts) -> Recommendation | None:
    """Where settings are known."""
    evidence = checks(dict(f.spark_conf or {}), photon=bool(f.get("photon")))
    if not evidence:
        return None
    return finding(
        f, "spark_settings", "Spark settings that cost", evidence, "Take them out, unless somebody knows why they are there.",
        confidence="low",
    )  # fmt: skip
