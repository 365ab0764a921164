"""A round of all alert rules over the account, and the trial of a single one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from lib import operate
from lib.alerting.account import Watching
from lib.alerting.facts import AccountFacts
from lib.alerting.messages import teller
from lib.alerting.why import OWNER_TAGS
from lib.alerts.evaluate import Outcome, evaluate
from lib.alerts.kinds.kind import Moment
from lib.alerts.reading import Group, StatementRun
from lib.alerts.rule import Rule, parse
from lib.alerts.trial import DAYS, Trial, trial
from lib.alerts.windows import reach
from lib.context import Context
from lib.errors import AppError, SourceError
from lib.store import alerts as kept
from lib.store.alerts import RuleRow
from lib.watch.tag import choose, tag_keys

LEAST_BACK = timedelta(days=60)
"""Days before the last one that a round reads at least: a month so far, and the four weeks before it."""


def last_day(context: Context) -> date:
    """The newest complete day: younger ones still grow, and a rule would see them as a fall."""
    as_of = context.as_of
    if as_of.last_day is None:
        raise SourceError("There is no usage yet, so no alert can be judged.", remedy="Load data, then look again.")
    return as_of.complete_until - timedelta(days=1)


def round_of_alerts(context: Context, now: datetime, *, rules: Sequence[RuleRow] | None = None) -> Outcome:
    """Look at these rules, or at all that are switched on; due messages are in the outbox afterwards."""
    store = context.store
    chosen = kept.all_rules(store, enabled=True) if rules is None else rules
    if not chosen:
        return Outcome()
    day = last_day(context)
    facts = AccountFacts(
        context.warehouse, day - _back(chosen), day + timedelta(days=1), watching=_watching(context),
        running=lambda: _running(context, now),
    )  # fmt: skip
    moment = Moment(day, now)
    tell = teller(store, facts, moment, context.settings.app_url)
    return evaluate(store, chosen, facts.seen_by, moment, tell)


def try_out(context: Context, rule: Rule, *, days: int = DAYS, user: str = "") -> Trial:
    """What a rule (of this person; empty: of everybody) would have told in the days gone by."""
    day = last_day(context)
    start = day - timedelta(days=days) - max(LEAST_BACK, reach(rule.window))
    watching = replace(_watching(context), user=user)
    facts = AccountFacts(context.warehouse, start, day + timedelta(days=1), watching=watching, present=False)
    return trial(rule, facts, day, days=days)


def _watching(context: Context) -> Watching:
    until = context.as_of
    keys = tag_keys(context.warehouse, until)
    owners = tuple(key for key in OWNER_TAGS if key in keys)
    return Watching(context.store, until, choose(keys), context.settings.holidays, owners)


def _running(context: Context, now: datetime) -> Sequence[StatementRun]:
    """What runs now; nothing where no workspace can be asked: the tables tell it an hour later."""
    try:
        live, workspace_id = operate.live_statements(context)
    except AppError:
        return ()
    return [
        StatementRun(
            (one.started_at or now).date(),
            Group(
                f"{workspace_id}/{one.statement_id}",
                f"{one.statement_type or 'Statement'} on {one.warehouse_id or 'serverless'}",
                one.who,
            ),
            one.seconds(now) / 3600, None, "RUNNING", f"{workspace_id}/{one.warehouse_id or ''}",
        )
        for one in live.statements
    ]  # fmt: skip


def _back(rules: Sequence[RuleRow]) -> timedelta:
    furthest = LEAST_BACK
    for row in rules:
        try:
            rule = parse(row.body)
        except AppError:
            continue  # the round says what is wrong with it
        furthest = max(furthest, reach(rule.window))
    return furthest
