"""The statements that open tables to a reader, as an administrator would run them."""

from collections.abc import Iterable


def grants(tables: Iterable[str], principal: str = "") -> list[str]:
    """The statements that let `principal` read these tables; one who may read them already loses nothing by them.

    >>> grants(["system.query.history"])[-1]
    'GRANT SELECT ON TABLE system.query.history TO `<who reads>`;'
    """
    who = principal.replace("`", "``") or "<who reads>"
    listed = sorted(tables)
    schemas = sorted({table.rpartition(".")[0] for table in listed})
    lines = [f"GRANT USE CATALOG ON CATALOG {name} TO `{who}`;" for name in sorted({t.split(".")[0] for t in listed})]
    lines += [f"GRANT USE SCHEMA ON SCHEMA {name} TO `{who}`;" for name in schemas]
    return lines + [f"GRANT SELECT ON TABLE {name} TO `{who}`;" for name in listed]
