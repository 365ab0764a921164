"""The page Forecast: cards, the chart with two bands, steps, what if, and what moves most."""

from datetime import timedelta

import numpy as np
import pandas as pd
import streamlit as st

from lib.spend import formatting, palette
from lib.ui import address, cards, choices, theme, watching
from lib.ui.cards import Card
from lib.ui.charts import bands, draw
from lib.ui.columns import Column
from lib.ui.table import Table
from lib.watch.daily import WORDS, Daily, Key, parse_key
from lib.watch.outlook import HORIZONS, MonthEnd, Outlook, movers, steps

PAST = 90
"""Days of the past in the chart."""
STEPS = {"day": "Days", "week": "Weeks", "month": "Months"}
COLUMNS = (
    Column("first", "From", "date", phone=True),
    Column("mean", "Expected", "money", "What days cost on average", phone=True, estimate=True),
    Column("low", "95 % from", "money", "The band holds 95 of 100 such sums, as measured on the past", phone=True),
    Column("high", "95 % to", "money", phone=True),
)
MOVERS = (
    Column("name", "What", phone=True),
    Column("before", "Days before", "money", "As many days before"),
    Column("ahead", "Expected", "money", "Sum of the days ahead", phone=True, estimate=True),
    Column("change", "Change", "change", phone=True),
)


def choose_horizon() -> tuple[int, str]:
    """Days ahead and the steps of the table; in the address as `ahead` and `step`. They stand in the row they are called in."""
    ahead = choices.one("ahead", [str(days) for days in HORIZONS], "30")
    step = choices.one("step", list(STEPS), "week")
    st.segmented_control(
        "Ahead", [str(days) for days in HORIZONS], format_func=lambda days: f"{days} days", required=True,
        **choices.bound("ahead", ahead),
    )  # fmt: skip
    st.segmented_control("Listed by", list(STEPS), format_func=STEPS.__getitem__, required=True,
                         **choices.bound("step", step))  # fmt: skip
    return int(ahead), step


def choose_what_if(costs: Daily) -> dict[Key, float]:
    """Series to remove or scale: `without` and `factor` in the address."""
    ranked = watching.ranked(costs, "job", "warehouse", "cluster", "pipeline")
    keys = {key.text: f"{watching.name_of(costs, key)} · {WORDS[key.kind]}" for key in ranked}
    asked = [text for text in st.query_params.get_all("without") if text in keys]
    with st.expander("What if", icon=":material/science:", expanded=bool(asked)):
        st.multiselect(
            "These jobs, warehouses or clusters", list(keys), format_func=lambda text: keys[text], placeholder="Choose",
            **choices.bound("without", asked),
        )  # fmt: skip
        percents = ["0", "25", "50", "75", "150", "200"]
        factor = choices.one("factor", percents, "0")
        st.segmented_control(
            "would cost", percents, required=True, **choices.bound("factor", factor),
            format_func=lambda percent: "nothing" if percent == "0" else f"{percent} %",
        )  # fmt: skip
    return {parse_key(text): int(factor) / 100 for text in asked}


def summary(look: Outlook, currency: str) -> list[Card]:
    """The sum ahead, the end of the month, and how well the method did."""
    made, back = look.made, look.made.backtest
    before = float(look.past[-look.horizon :].sum()) if len(look.past) >= look.horizon else None
    found = [
        cards.money(
            f"Next {look.horizon} days", float(made.total[0]), currency, badge="estimated",
            delta=formatting.delta(float(made.total[0]), before) if before else None,
            against=f"vs the {look.horizon} days before",
            about=between(float(made.total_low95[0]), float(made.total_high95[0]), currency),
        ),
    ]  # fmt: skip
    if look.month:
        found.append(_month_card(look.month, currency))
    if look.without is not None:
        saved = float(made.total[0] - look.without.total[0])
        found.append(
            cards.money("What if", float(look.without.total[0]), currency, badge="estimated",
                        chip=f"{formatting.money_short(-saved, currency, plus=True)} in {look.horizon} days")
        )  # fmt: skip
    error, held = float(back.relative[0]), float(back.coverage[0])
    about = f"Forecasts over the same days ahead, replayed from {int(back.replays[0])} past week ends of this series"
    found += [
        Card("Error of a day", formatting.percent(error) if np.isfinite(error) else "not assessed", about=about),
        Card("Held by the 95 % band", formatting.percent(held) if np.isfinite(held) else "not assessed", about=about),
    ]
    return found


def _month_card(month: MonthEnd, currency: str) -> Card:
    name = formatting.MONTHS[month.month.start.month - 1]
    return cards.money(
        f"All of {name}", month.total, currency, badge="estimated",
        chip=f"{formatting.money_short(month.spent, currency)} so far",
        about=between(month.low, month.high, currency),
    )  # fmt: skip


def between(low: float, high: float, currency: str) -> str:
    """A 95 % band in words."""
    return f"95 % between {formatting.money(low, currency)} and {formatting.money(high, currency)}"


def chart(look: Outlook, currency: str) -> None:
    """The past, what comes, and two bands."""
    made = look.made
    first = max(len(look.past) - PAST, 0)
    past = [look.first_day + timedelta(days=number) for number in range(first, len(look.past))]
    ahead = [look.next_day + timedelta(days=number) for number in range(look.horizon)]
    colour = theme.current().text
    lines = [
        bands.Line(past, look.past[first:].tolist(), "Cost"),
        bands.Line(
            [*past[-1:], *ahead], [*look.past[-1:].tolist(), *made.median[0].tolist()], "Expected", palette.BLUE, "dash"
        ),
    ]
    if look.without is not None:
        lines.append(bands.Line(ahead, look.without.median[0].tolist(), "What if", colour, "dot"))
    shown = [
        bands.Band(ahead, made.low95[0].tolist(), made.high95[0].tolist(), "95 %", 0.12),
        bands.Band(ahead, made.low80[0].tolist(), made.high80[0].tolist(), "80 %", 0.2),
    ]
    alt = f"Cost by day of {look.name} and its forecast over {look.horizon} days with an 80 % and a 95 % band."
    draw.plot(bands.figure(lines, shown, currency, theme.current()), key="forecast", alt=alt, height=360)


def method(look: Outlook) -> str:
    """How it was made, in words."""
    made, back = look.made, look.made.backtest
    if made.note[0]:
        return f"{made.note[0].capitalize()}."
    held = float(back.coverage[0])
    said = (
        f"Method: {made.model[0]}. Chosen and measured on {int(back.replays[0])} forecasts replayed from past week ends"
    )
    return said + (f"; {formatting.percent(held)} of those days lay inside a 95 % band." if np.isfinite(held) else ".")


def steps_table(look: Outlook, step: str, currency: str) -> Table:
    """What comes, by day, week or month."""
    found = steps(look.made, look.next_day, step)
    rows = pd.DataFrame(found, columns=["first", "mean", "low", "high"])
    return Table(rows, COLUMNS, currency, "steps", f"Forecast by {step}", page_size=31,
                 empty=f"No whole {step} lies in these days.")  # fmt: skip


def movers_table(costs: Daily, horizon: int, kind: str, params: address.Params) -> Table:
    """The costliest of a kind: the days before, and what comes."""
    found = movers(costs, horizon, kind)
    rows = pd.DataFrame(
        [
            {"key": key.text, "kind": key.kind, "name": watching.name_of(costs, key), "before": before, "ahead": ahead,
             "change": ahead / before - 1 if before > 0 else np.nan}
            for key, _, ahead, before in found
        ],
        columns=["key", "kind", "name", "before", "ahead", "change"],
    )  # fmt: skip
    return Table(
        rows, MOVERS, costs.currency, "movers", "What each will cost", empty="Nothing to list.",
        link=lambda row: address.link("forecast", params, kind=row["kind"], series=row["key"]),
    )  # fmt: skip
