"""How an alert reads: the same words in messages, on the page and in the terminal."""

from decimal import Decimal

from lib.alerts.reading import Reading
from lib.alerts.rule import Rule
from lib.spend import formatting

BASES = {"list": "list prices", "contract": "contract prices"}


def figure(value: Decimal, unit: str, currency: str) -> str:
    """A value with its unit."""
    if unit == "hours":
        return f"{float(value):,.1f} h" if value >= 2 else formatting.duration(float(value) * 3600)
    if unit == "share":
        return formatting.percent(value)
    return formatting.money(value, currency)


def title(rule: Rule, reading: Reading) -> str:
    """One line: what, how much, when."""
    name = reading.group.name or "All spend"
    when = f"since {reading.period}" if rule.kind == "budget" else reading.period
    return f"{name}: {figure(reading.value, reading.unit, rule.currency)} ({when})"


def days(reading: Reading) -> str:
    """The days that were looked at, in words; of a reading without days its period's name."""
    return formatting.period_words(reading.start, reading.end) if reading.start < reading.end else reading.period


def why(rule: Rule, reading: Reading) -> str:
    """What limit was reached, in a sentence."""
    limit = figure(reading.limit, reading.unit, rule.currency)
    said = f"“{rule.name}” fires from {limit} on."
    if rule.kind == "anomaly":
        said = "Nothing was expected." if not reading.expected else ""
    if reading.expected is not None and reading.unit == "money" and reading.expected > 0 and rule.kind != "budget":
        change = float((reading.value - reading.expected) / reading.expected)
        usual = figure(reading.expected, "money", rule.currency)
        said += f" Expected were about {usual}; this is {formatting.percent(abs(change))} {'more' if change >= 0 else 'less'}."
    if reading.note:
        note = f"it {words_of(reading.note)}" if reading.note.isupper() else reading.note
        said += f" {note[0].upper()}{note[1:]}."
    return said.strip()


def words_of(state: str) -> str:
    """How a run or a statement ended.

    >>> words_of("TIMED_OUT"), words_of("RUNNING")
    ('ended as timed out', 'still runs')
    """
    return "still runs" if state in ("RUNNING", "QUEUED") else f"ended as {state.lower().replace('_', ' ')}"


def what(rule: Rule) -> str:
    """The rule itself in a sentence, for lists.

    >>> what(Rule(name="x", kind="job", amount=500, window="week"))
    'Job over an amount a week: from $500.00'
    """
    from lib.alerts.kinds import KINDS

    kind = KINDS[rule.kind]
    of = f" of each {rule.by.removeprefix('tag:')}" if rule.by and "by" in kind.fields else ""
    time = f" a {rule.window}" if "window" in kind.fields else ""
    limits = []
    if rule.amount is not None and "amount" in kind.fields:
        limits.append(f"from {formatting.money(rule.amount, rule.currency)}")
    if rule.percent is not None and "percent" in kind.fields:
        than = "" if rule.kind == "untagged" else f" above {'usual' if rule.against == 'usual' else 'the one before'}"
        limits.append(f"{formatting.percent(rule.percent)}{than}")
    if rule.hours is not None and "hours" in kind.fields:
        limits.append(f"from {rule.hours:g} h")
    return f"{kind.title}{of}{time}" + (f": {' and '.join(limits)}" if limits else "")
