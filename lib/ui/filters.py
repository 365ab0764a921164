"""The filter bar: draws the view that the address asks for, and writes changes back into the address.

Nothing is remembered here: on every run the controls are set from the address, and a changed control rewrites it.
So every view is a link, and the browser's Back button undoes a choice. The bar is laid out twice, as a row and
folded into one popover; `lib.ui.frame` shows the one that fits the width.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import streamlit as st

from lib.reports.words import BASE_WORDS
from lib.spend import formatting
from lib.spend.filters import RESULTS, SERVERLESS, UNTAGGED, Filters
from lib.spend.period import PRESETS, Period
from lib.ui import chips, words
from lib.ui.address import CUSTOM, Defaults, Options, View
from lib.ui.chips import COMPUTE, Scope, state

PERIODS = (*PRESETS, CUSTOM)


def period_label(name: str) -> str:
    """A period's name for the reader."""
    return "Custom dates" if name == CUSTOM else PRESETS[name][0]


def bar(view: View, options: Options, defaults: Defaults, scope: Scope) -> None:
    """Draw the bar of this view, the chips of what narrows it, and what was wrong with the address."""
    controls = Controls(view, options, defaults, scope)
    with st.container(gap=None):
        with st.container(key="filters-wide", horizontal=True, vertical_alignment="bottom", gap="small"):
            controls.wide()
        with st.container(key="filters-narrow", horizontal=True, vertical_alignment="bottom", gap="small"):
            controls.narrow()
    chips.draw(view, options, defaults, scope)
    if view.problems:
        said = [
            f"**{words.plain(problem.parameter)}**: {words.plain(problem.message)} {words.plain(problem.remedy)}"
            for problem in view.problems
        ]
        st.warning("Part of the address could not be used.  \n" + "  \n".join(said), icon=":material/link_off:")


class Controls:
    """The controls of one bar. Each layout has its own set of keys, all set from the address."""

    def __init__(self, view: View, options: Options, defaults: Defaults, scope: Scope) -> None:
        self.view, self.options, self.defaults, self.scope = view, options, defaults, scope
        self.prefix = "wide"

    def wide(self) -> None:
        """One row: what is changed most in the open, the rest behind named buttons."""
        self.prefix = "wide"
        if self.scope.dated:
            self._period()
        if self.scope.comparing:
            self._compare()
        if self.scope.jobs:
            self._name()
        f = self.view.filters
        if self.scope.narrowing:
            self._popover("Workspace", len(f.workspaces), self._workspaces)
            if self.scope.spend:
                self._popover("Product", len(f.products), self._products)
            self._popover("Owner", len(f.owners), self._owners)
            more = (f.serverless != "any") + bool(f.tag)
            if self.scope.jobs:
                limits = sum(value is not None for value in (f.result, f.cost_min, f.cost_max))
                self._popover("More", more + limits, self._serverless, self._tag, self._limits)
            elif self.scope.spend:
                self._popover("More", more, self._serverless, self._tag)
        self._popover("Prices", int(f.base != self.defaults.base), self._prices)

    def narrow(self) -> None:
        """The period, and everything else in one popover."""
        self.prefix = "narrow"
        if self.scope.dated:
            self._period()
        used = sum(self.scope.counts(chip) for chip in chips.active(self.view, self.options, self.defaults))
        with st.popover(f"Filters {formatting.DOT} {used}" if used else "Filters", icon=":material/tune:"):
            if self.scope.comparing:
                self._compare()
            if self.scope.jobs:
                self._name()
            if self.scope.narrowing:
                self._workspaces()
                self._owners()
                if self.scope.spend:
                    for draw in (self._products, self._serverless, self._tag):
                        draw()
                if self.scope.jobs:
                    self._limits()
            self._prices()

    def _popover(self, label: str, count: int, *draw: Callable[[], None]) -> None:
        with st.popover(f"{label} {formatting.DOT} {count}" if count else label, key=f"{self.prefix}-{label}"):
            for control in draw:
                control()

    def _key(self, name: str, value: Any) -> dict[str, Any]:
        """Arguments that bind a control to the address: it shows `value`, and a change rewrites the address."""
        key = f"{self.prefix}-{name}"
        st.session_state[key] = value
        return {
            "key": key,
            "on_change": changed,
            "args": (self.prefix, self.view, self.options, self.defaults),
        }

    def _period(self) -> None:
        st.selectbox(
            "Period",
            PERIODS,
            format_func=period_label,
            width=150,
            label_visibility="collapsed",
            **self._key("period", self.view.period),
        )
        if self.view.period == CUSTOM:
            period = self.view.filters.period
            st.date_input(
                "First and last day",
                format="YYYY-MM-DD",
                width=250,
                label_visibility="collapsed",
                **self._key("dates", (period.start, period.last)),
            )

    def _compare(self) -> None:
        st.toggle(
            "Compare",
            **self._key("compare", self.view.filters.compare is not None),
        )

    def _name(self) -> None:
        st.text_input(
            "Job name contains",
            placeholder="Job name contains",
            icon=":material/search:",
            width=200,
            label_visibility="collapsed",
            **self._key("name", self.view.filters.job_name or ""),
        )

    def _workspaces(self) -> None:
        names = self.options.workspaces
        st.multiselect(
            "Workspaces",
            list(names),
            format_func=lambda key: names.get(key) or key,
            placeholder="All workspaces",
            **self._key("workspace", list(self.view.filters.workspaces)),
        )

    def _products(self) -> None:
        st.multiselect(
            "Products",
            list(self.options.products),
            format_func=formatting.product,
            placeholder="All products",
            **self._key("product", list(self.view.filters.products)),
        )

    def _owners(self) -> None:
        st.multiselect(
            "Owners",
            list(self.options.owners),
            placeholder="All owners",
            help="The person or service principal that a workload ran as",
            **self._key("owner", list(self.view.filters.owners)),
        )

    def _serverless(self) -> None:
        st.segmented_control(
            "Compute",
            SERVERLESS,
            format_func=COMPUTE.__getitem__,
            required=True,
            **self._key("serverless", self.view.filters.serverless),
        )

    def _tag(self) -> None:
        f = self.view.filters
        keys = list(dict.fromkeys([UNTAGGED, *self.options.tags, *([f.tag_key] if f.tag_key else [])]))
        st.selectbox(
            "Tag",
            keys,
            index=None,
            placeholder="Any tag",
            format_func=lambda key: "Without any tag" if key == UNTAGGED else key,
            accept_new_options=True,
            **self._key("tag_key", f.tag_key or f.tag),
        )
        if f.tag_key:
            st.text_input("Value", placeholder="Any value", **self._key("tag_value", f.tag_value or ""))
            st.toggle("Only usage without this tag", **self._key("tag_without", f.tag_value == ""))

    def _limits(self) -> None:
        f = self.view.filters
        st.selectbox(
            "Result",
            RESULTS,
            index=None,
            placeholder="Any result",
            format_func=state,
            **self._key("result", f.result),
        )
        low, high = st.columns(2)
        for column, label, name, value in (
            (low, "Cost from", "cost_min", f.cost_min),
            (high, "Cost to", "cost_max", f.cost_max),
            (low, f"Mark from ({f.currency})", "over", self.view.over),
        ):
            column.number_input(
                label, min_value=None, step=None, **self._key(name, None if value is None else float(value))
            )
        high.number_input(
            "Mark rises from (%)", min_value=0.0, step=5.0, **self._key("rise", float(self.view.rise * 100))
        )

    def _prices(self) -> None:
        st.segmented_control(
            "Cost is worked out from",
            list(BASE_WORDS),
            format_func=BASE_WORDS.__getitem__,
            required=True,
            help="List: the published price. Contract: the account's own price where there is one, else the list price "
            "less the first discount rule that matches.",
            **self._key("base", self.view.filters.base),
        )
        st.selectbox("Currency", self.options.currencies, **self._key("currency", self.view.filters.currency))


def changed(prefix: str, view: View, options: Options, defaults: Defaults) -> None:
    """Write what the controls of one layout say into the address; runs before the page does."""
    said = {
        name.removeprefix(f"{prefix}-"): value
        for name, value in st.session_state.items()
        if isinstance(name, str) and name.startswith(f"{prefix}-")
    }
    chips.write(chosen(view, said), options, defaults)


def chosen(view: View, said: Mapping[str, Any]) -> View:
    """The view after a reader's choice; `said` holds the controls' values by name, those not drawn are missing."""
    f = view.filters
    name, period = _period(view, said)
    get = said.get
    low, high = _amount(get("cost_min", f.cost_min)), _amount(get("cost_max", f.cost_max))
    filters = Filters(
        period=period,
        compare=period.previous() if get("compare", f.compare is not None) else None,
        currency=get("currency") or f.currency,
        base=get("base") or f.base,
        workspaces=tuple(get("workspace", f.workspaces)),
        products=tuple(get("product", f.products)),
        owners=tuple(get("owner", f.owners)),
        serverless=get("serverless") or f.serverless,
        tag=_tag(f, said),
        job_name=(get("name", f.job_name) or "").strip() or None,
        result=get("result", f.result),
        cost_min=low if low is None or high is None or low <= high else high,
        cost_max=high if low is None or high is None or low <= high else low,
    )
    over, rise = _amount(get("over", view.over)), _amount(get("rise", float(view.rise * 100)))
    return View(filters, name, view.over if over is None else over, view.rise if rise is None else rise / 100)


def _period(view: View, said: Mapping[str, Any]) -> tuple[str, Period]:
    """The chosen preset (its dates are worked out when the address is read), or the chosen days."""
    now = view.filters.period
    name = said.get("period") or view.period
    days = said.get("dates")
    if name != CUSTOM or not days or len(days) < 2:
        return name, now
    return CUSTOM, Period(min(days), max(days) + timedelta(days=1))


def _amount(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _tag(filters: Filters, said: Mapping[str, Any]) -> str | None:
    key = (said.get("tag_key", filters.tag_key or filters.tag) or "").strip()
    if not key or key.startswith("="):
        return UNTAGGED if key == UNTAGGED else None
    if key != filters.tag_key:
        return str(key)
    value = (said.get("tag_value", filters.tag_value) or "").strip()
    without = said.get("tag_without", filters.tag_value == "")
    return f"{key}=" if without else f"{key}={value}" if value else key
