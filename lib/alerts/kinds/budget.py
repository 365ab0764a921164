"""A budget whose spend, or whose forecast, reaches its thresholds."""

from collections.abc import Sequence
from decimal import Decimal

from lib.alerts.kinds.kind import Kind, Moment, steps
from lib.alerts.reading import Facts, Group, Reading, level_of
from lib.alerts.rule import BUDGET_STEPS, Rule
from lib.alerts.windows import span
from lib.spend.formatting import percent


def read(rule: Rule, facts: Facts, moment: Moment) -> Sequence[Reading]:
    """Spend of each budget, and (from its last step on) what the whole period will come to."""
    now, found = span("month", moment.day), []
    for budget in facts.budgets(rule, moment.day):
        if budget.limit <= 0:
            continue
        shares, start = steps(rule, BUDGET_STEPS), budget.start or now.start
        ratio = float(budget.spent / budget.limit)
        first = budget.limit * Decimal(str(shares[0]))
        found.append(
            Reading(
                budget.group, budget.spent, first, level_of(ratio, shares), budget.period, start, now.end,
                expected=budget.limit, note=f"{percent(ratio)} of the budget is spent",
            )
        )  # fmt: skip
        if budget.expected is not None:
            ahead = float(budget.expected / budget.limit)
            group = Group(f"{budget.group.key}#forecast", f"{budget.group.name} (forecast)", budget.group.owner)
            found.append(
                Reading(
                    group, budget.expected, budget.limit, int(ahead > 1 and ratio < 1), budget.period, start, now.end,
                    expected=budget.limit, note=f"the forecast is {percent(ahead)} of the budget",
                )
            )  # fmt: skip
    return found


KIND = Kind(
    "budget",
    "Budget",
    "A budget that is used up to a share (50, 75, 90, 100 %), or is forecast to be exceeded.",
    read,
    uses=("subject", "steps"),
    steps=BUDGET_STEPS,
)
