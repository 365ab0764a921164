"""How it scales does not fit: from too many, over too wide a range, or not at all.

A high least size costs without work; a very wide range lets one bad query take a whole fleet of machines; a range that is
never used is a fixed size by another name.
"""

from lib.clusters.advice.facts import Facts, finding
from lib.recommendations.model import Recommendation

TITLE = "Scaling that does not fit"
ABOUT = "cluster"
RATIO, SPAN, WIDE, HIGH, VERY_HIGH = 5, 10, 20, 8, 16


def checks(least: float, most: float, mean: float | None) -> list[str]:
    """What is wrong with a range, in words.

    >>> checks(1, 5, None), checks(2, 13, None)
    ([], ['It scales from 2 to 13 workers: more than five times, over a span of 11.'])
    """
    found = []
    span = most - least
    if least == most:
        found.append(f"Least and most are both {least:.0f} workers: it cannot scale.")
    if span > WIDE:
        found.append(f"The span of {span:.0f} workers is very wide.")
    elif least and most / least > RATIO and span > SPAN:
        found.append(
            f"It scales from {least:.0f} to {most:.0f} workers: more than five times, over a span of {span:.0f}."
        )
    if least >= VERY_HIGH:
        found.append(f"It never has less than {least:.0f} workers: very many without work.")
    elif least >= HIGH:
        found.append(f"It never has less than {least:.0f} workers.")
    if mean is not None and span > 0 and mean >= most - 0.05 * span:
        found.append(f"It is at its most all the time ({mean:.1f} of {most:.0f} workers on average).")
    if mean is not None and span >= 2 and mean <= least + 0.02 * span:
        found.append(f"It never grew beyond its least ({mean:.1f} of {most:.0f} workers on average).")
    return found


def find(f: Facts) -> Recommendation | None:
    """Clusters that scale."""
    if not f.has("min_workers", "max_workers"):
        return None
    mean = None
    if f.number("up_minutes") >= 600 and f.has("worker_node_minutes"):
        mean = f.number("worker_node_minutes") / f.number("up_minutes")
    evidence = checks(f.number("min_workers"), f.number("max_workers"), mean)
    if not evidence:
        return None
    return finding(
        f, "autoscaling", "Its range of workers does not fit", evidence,
        "Set the least to what quiet times need and the most to what the work may cost.", confidence="medium",
    )  # fmt: skip
