"""The kind of machine does not fit: an old generation, a large driver for small workers, or few huge workers.

Newer generations cost the same and do more. Suggested machines are ones this workspace offers.
"""

import re

from lib.clusters.advice.facts import Facts, NodeType, finding
from lib.recommendations.model import Recommendation

TITLE = "Another kind of machine"
ABOUT = "cluster"
OLD = re.compile(r"^(?:[mrc][34]|i2|d2|p2|g3)\.|^Standard_(?:DS|D|F|L)\d+(?:s?_v2|s?)$|^n1-")
FAMILY = re.compile(r"^([a-z]\d[a-z]?)-|^([a-z]+)\d|^Standard_([A-Z]+)")
FEW, HUGE = 2, 32


def family(name: str) -> str:
    """The family of a size.

    >>> family("r5.4xlarge"), family("Standard_E8ds_v4"), family("n2-highmem-8")
    ('r', 'E', 'n2')
    """
    found = FAMILY.match(name)
    return next((group for group in found.groups() if group), "") if found else ""


def newer(f: Facts, name: str) -> NodeType | None:
    """A size of the workspace with as many cores and as much memory, of a newer generation."""
    now = f.node(name)
    if now is None:
        return None
    fitting = [
        node for node in f.node_types
        if not OLD.search(node.name) and node.cores == now.cores and node.memory_mb >= now.memory_mb
        and node.gpus == now.gpus and node.cloud == now.cloud and node.name != name
    ]  # fmt: skip
    return min(fitting, key=lambda node: (node.vm_price or 10**9, node.name), default=None)


def find(f: Facts) -> Recommendation | None:
    """All checks at once; the evidence says which spoke."""
    driver, worker = str(f.get("driver_node_type") or ""), str(f.get("worker_node_type") or "")
    evidence, better = [], None
    workers = f.workers or 0
    for name in dict.fromkeys((worker, driver)):
        if name and OLD.search(name):
            better = better or newer(f, name)
            evidence.append(f"{name} is of an old generation.")
    if workers and f.number("driver_cores") > 2 * f.number("worker_cores", 10**6):
        evidence.append(
            f"The driver has {f.number('driver_cores'):.0f} cores, each worker {f.number('worker_cores'):.0f}."
        )
    if workers and driver and worker and family(driver) != family(worker):
        evidence.append(f"Driver ({driver}) and workers ({worker}) are of different families.")
    if 0 < workers <= FEW and f.number("worker_cores") >= HUGE:
        evidence.append(
            f"{workers:.0f} workers with {f.number('worker_cores'):.0f} cores: one lost takes most of the work."
        )
    if not evidence:
        return None
    action = f"Use {better.name}." if better else "Choose machines of one newer family, several rather than few."
    return finding(f, "node_choice", "Another kind of machine", evidence, action, confidence="low")
