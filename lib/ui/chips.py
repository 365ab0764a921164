"""The active filters as chips: what narrows a view, in words, and the view without it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import streamlit as st

from lib.reports.words import BASE_WORDS, tag_words
from lib.spend import formatting
from lib.spend.filters import Filters
from lib.ui import address, words
from lib.ui.address import Defaults, Options, View

Where = Literal["everywhere", "narrowing", "spend", "jobs"]
COMPUTE = {"any": "Any compute", "serverless": "Serverless", "classic": "Classic"}


def state(name: str) -> str:
    """A run's final state in words.

    >>> state("TIMED_OUT")
    'Timed out'
    """
    return name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Scope:
    """Which filters a page has."""

    jobs: bool = False
    """Also those of jobs and runs."""
    narrowing: bool = True
    """False on pages about one thing: only period and prices can be chosen."""
    spend: bool = True
    """False where what is listed has no product, compute and tags of its own, as statements."""
    comparing: bool = True
    """False where nothing is compared."""
    dated: bool = True
    """False where the period plays no part."""

    def counts(self, chip: "Chip") -> bool:
        """Whether a filter has an effect on the page."""
        return {
            "everywhere": True,
            "narrowing": self.narrowing,
            "spend": self.narrowing and self.spend,
            "jobs": self.jobs,
        }[chip.where]


@dataclass(frozen=True)
class Chip:
    """One thing that narrows the view, in words, and the view without it."""

    name: str
    says: str
    without: Callable[[View], View]
    where: Where = "narrowing"
    """Pages on which it counts."""

    @property
    def label(self) -> str:
        """Both in one line."""
        return f"{self.name}: {self.says}"


def active(view: View, options: Options, defaults: Defaults) -> list[Chip]:
    """What narrows the view, in the order of the bar."""
    f = view.filters
    chips = [
        Chip(name, say(value), _without(field, value), where)
        for name, field, values, say, where in _lists(f, options)
        for value in values
    ]
    if f.serverless != "any":
        chips.append(Chip("Compute", COMPUTE[f.serverless], _reset("serverless", "any"), "spend"))
    if f.tag:
        chips.append(Chip("Tag", tag_words(f), _reset("tag", None), "spend"))
    if f.base != defaults.base:
        chips.append(Chip("Prices", BASE_WORDS[f.base], _reset("base", defaults.base), "everywhere"))
    if f.job_name:
        chips.append(Chip("Job name contains", f.job_name, _reset("job_name", None), "jobs"))
    if f.result:
        chips.append(Chip("Result", state(f.result), _reset("result", None), "jobs"))
    if f.cost_min is not None:
        chips.append(Chip("Cost from", formatting.money(f.cost_min, f.currency), _reset("cost_min", None), "jobs"))
    if f.cost_max is not None:
        chips.append(Chip("Cost to", formatting.money(f.cost_max, f.currency), _reset("cost_max", None), "jobs"))
    return chips


def _lists(f: Filters, options: Options) -> tuple[tuple[str, str, tuple[str, ...], Callable[[str], str], Where], ...]:
    return (
        ("Workspace", "workspaces", f.workspaces, lambda key: options.workspaces.get(key) or key, "narrowing"),
        ("Product", "products", f.products, formatting.product, "spend"),
        ("Owner", "owners", f.owners, str, "narrowing"),
    )


def _without(field: str, value: str) -> Callable[[View], View]:
    def remove(view: View) -> View:
        left = tuple(item for item in getattr(view.filters, field) if item != value)
        return replace(view, filters=_changed(view.filters, field, left), problems=())

    return remove


def _reset(field: str, to: Any) -> Callable[[View], View]:
    return lambda view: replace(view, filters=_changed(view.filters, field, to), problems=())


def _changed(filters: Filters, field: str, value: Any) -> Filters:
    change: dict[str, Any] = {field: value}
    return replace(filters, **change)


def draw(view: View, options: Options, defaults: Defaults, scope: Scope) -> None:
    """The active filters, each a button that removes it."""
    chips = [chip for chip in active(view, options, defaults) if scope.counts(chip)]
    if not chips:
        return
    with st.container(key="filter-chips", horizontal=True, gap="xsmall"):
        for index, chip in enumerate(chips):
            st.button(
                words.plain(formatting.middle(chip.label, 44)),
                key=f"chip-{index}",
                icon=":material/close:",
                icon_position="right",
                help=f"Remove this filter: {words.plain(chip.label)}",
                on_click=write,
                args=(chip.without(view), options, defaults),
            )
        if len(chips) > 1:
            clear = view
            for chip in chips:
                clear = chip.without(clear)
            st.button(
                "Clear all",
                key="chip-clear",
                type="tertiary",
                on_click=write,
                args=(clear, options, defaults),
            )


def write(view: View, options: Options, defaults: Defaults) -> None:
    """Make `view` the address; parameters that are not filters stay, pages of tables start over."""
    kept = {
        name: st.query_params.get_all(name)
        for name in st.query_params
        if name not in address.SHARED + address.JOBS_ONLY and not name.endswith("_page")
    }
    st.query_params.from_dict(kept | address.encode(view, defaults, options))
