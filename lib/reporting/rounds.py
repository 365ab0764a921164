"""Makes the reports that are due, keeps them, and writes their messages: once a due time, whoever does it."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from lib.context import Context
from lib.errors import AppError
from lib.messages import draft
from lib.notifications import Notice
from lib.reporting.made import Made
from lib.reporting.making import make
from lib.reporting.plan import KINDS, ReportPlan, parse
from lib.reports import words
from lib.schedules import due
from lib.spend import formatting
from lib.spend.period import Period
from lib.store import outbox
from lib.store import reports as kept
from lib.store.outbox import Draft
from lib.store.reports import PlanRow, RunRow


def round_of_reports(context: Context, now: datetime) -> str:
    """Make what is due; in words what was done. After a long sleep only the newest due time of each is made."""
    done, failed = [], []
    for row in kept.all_plans(context.store, enabled=True):
        try:
            plan = parse(row.body, place=row.name)
            found = due(plan.schedule, row.last_due, now)
            if found is not None and _one(context, row, plan, found.at, now):
                done.append(row.name)
        except AppError as error:
            failed.append(f"{row.name}: {error.message}")
    said = f"{formatting.plural(len(done), 'report')} made" if done else ""
    return "; ".join(part for part in (said, *failed) if part)


def send_now(context: Context, row: PlanRow, now: datetime) -> str:
    """Make and send a report at once, besides its schedule; the id of what was made."""
    plan = parse(row.body, place=row.name)
    _one(context, row, plan, now, now)
    return _run_id(row, now)


def _run_id(row: PlanRow, at: datetime) -> str:
    return f"{row.id}/{at:%Y%m%dT%H%M%S}"


def _one(context: Context, row: PlanRow, plan: ReportPlan, at: datetime, now: datetime) -> bool:
    """One report; False when another process was faster. A report that cannot be made is kept as an error."""
    today = _day(context, plan, at)
    filters = plan.filters(today)
    try:
        made = make(context, plan, today)
        files = (made.pdf, made.csv, made.excel)
    except AppError as error:
        run = _run(row, plan, at, now, filters.period, error=error.message)
        return kept.keep(context.store, run)
    with context.store.begin():
        messages = _messages(context, row, plan, made, at)
        run = _run(row, plan, at, now, made.filters.period, made=made, messages=len(messages))
        if not kept.keep(context.store, run, *files):
            return False
        for message in messages:
            outbox.put(context.store, message, now)
    return True


def _day(context: Context, plan: ReportPlan, at: datetime) -> date:
    """The day that periods are worked out from: that of the due time by the report's own clock, and, while usage of that day
    is still to come, as many days before it as the pages are: they go by the day on which the newest usage arrived."""
    due = at.astimezone(ZoneInfo(plan.zone)).date()
    try:
        return due - max(at.astimezone(timezone.utc).date() - context.as_of.today, timedelta(0))
    except AppError:
        return due  # the report says why it cannot be made


def _run(
    row: PlanRow,
    plan: ReportPlan,
    at: datetime,
    now: datetime,
    period: Period,
    *,
    made: Made | None = None,
    messages: int = 0,
    error: str = "",
) -> RunRow:
    total = "" if made is None or made.total is None else str(made.total)
    currency = made.filters.currency if made else plan.currency
    return RunRow(
        _run_id(row, at), row.id, plan.name, plan.kind, at, now, period.start, period.end, total, currency,
        made.records if made else 0, messages, error,
    )  # fmt: skip


def _messages(context: Context, row: PlanRow, plan: ReportPlan, made: Made, at: datetime) -> list[Draft]:
    name = f"{plan.name} {made.filters.period.start} to {made.filters.period.last}".replace("/", "-")
    files = made.files(name, pdf=plan.pdf, csv=plan.csv, excel=plan.excel)
    notice = notice_of(context, row, plan, made)
    return [
        draft(
            notice, channel=channel, recipient=recipient, files=files, about="report",
            key=f"report/{row.id}/{at:%Y%m%dT%H%M%S}/{channel}/{recipient}",
        )
        for channel in plan.channels
        for recipient in plan.recipients or ("",)
    ]  # fmt: skip


def notice_of(context: Context, row: PlanRow, plan: ReportPlan, made: Made) -> Notice:
    """What the message says besides its files."""
    period = formatting.period_words(made.filters.period.start, made.filters.period.end)
    nothing = "Nothing was used in this period with these filters."
    total = nothing if made.total is None else f"{formatting.money(made.total, made.filters.currency)} in {period}."
    url = context.settings.app_url
    return Notice(
        title=f"{plan.name}: {period}",
        summary=made.said or total,
        facts=(("Report", KINDS[plan.kind]), ("Base", words.base_words(made.filters)), ("Rows", str(made.records))),
        link=f"{url.rstrip('/')}/reports?plan={row.id}" if url else "",
        as_of=made.content.as_of,
    )
