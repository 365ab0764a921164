"""Is a refresh worth its statements? Said without waking a warehouse, and without a query."""

from contextlib import suppress
from datetime import datetime

from lib.context import Context, utc_now
from lib.errors import AppError
from lib.store import alerts, looks, reports, schedule


def news(context: Context) -> str | None:
    """Changes whenever a refresh could have something to do; found without a query. None: only a query can tell.

    Only a query tells whether Databricks has something new. It is asked while somebody waits for the answer: who
    looked since, or alerts and reports that are switched on. For an app that nobody uses, never.
    """
    settings = context.settings
    if settings.source == "databricks":
        return _hours_that_run(context)
    pointer = context.folder.find()
    if pointer is None or pointer.ledger is None:
        return None
    rules = [path.stat() for path in (settings.vm_prices, settings.discounts) if path and path.exists()]
    seen = [f"{stat.st_mtime_ns}.{stat.st_size}" for stat in rules]
    return " ".join([pointer.account.name, settings.currency, *seen])


def looked(context: Context) -> None:
    """Somebody looks at the app; the next refresh is worth its statements."""
    seen: dict[str, datetime] = context.shared.once("looks", dict)
    now = utc_now()
    if "last" not in seen or now - seen["last"] >= looks.EVERY:
        seen["last"] = now
        with suppress(AppError):  # a page is not to fail for it
            looks.looked(context.store, now)


def _waited_for(context: Context) -> datetime | None:
    """Until when somebody wants new data: now where alerts or reports are switched on, else when somebody looked last."""
    if alerts.all_rules(context.store, enabled=True) or reports.all_plans(context.store, enabled=True):
        return utc_now()
    return looks.last(context.store)


def _hours_that_run(context: Context) -> str:
    """The hour until which somebody waits, when the warehouse runs anyway; else the day, so that it is woken once.

    What the last refresh was for stands in the store, so that another process does not do it again.
    """
    known = schedule.statuses(context.store).get("refresh")
    done = (known.mark if known else None) or ""
    until = _waited_for(context)
    if until is None:
        return done or "nobody has looked"
    try:
        running = context.connected.warehouse_now().running
    except AppError:
        running = False
    day = f"{until:%Y-%m-%d}"
    if running:
        return f"{until:%Y-%m-%d %H}"
    return done if done.startswith(day) else day
