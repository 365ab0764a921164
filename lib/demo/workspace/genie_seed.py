"""Spaces of the demo's workspace: one good, which the account's query history knows, and one thin."""

import json
from typing import Any
from zlib import crc32

from lib.demo.workspace.state import APP, WORKSPACE_ID, State

OWNER, OTHER = "ana.costa@northwind.example", "otto.berg@northwind.example"


def _id(number: int) -> str:
    return f"{number:032x}"


def _table(name: str, about: str = "", columns: tuple[tuple[str, str, tuple[str, ...]], ...] = ()) -> dict[str, Any]:
    described = [
        {"column_name": column, "description": [text], "synonyms": list(others)}
        for column, text, others in sorted(columns)
    ]
    found: dict[str, Any] = {"identifier": name}
    if about:
        found["description"] = [about]
    return found | ({"column_configs": described} if described else {})


SALES = {
    "version": 2,
    "config": {"sample_questions": [{"id": _id(1), "question": ["What did we sell last month?"]}]},
    "data_sources": {
        "tables": [
            _table("main.sales.customers", "One row a customer", (("region", "Sales region", ("area",)),)),
            _table("main.sales.orders", "One row an order", (("amount", "Net amount in EUR", ("revenue", "turnover")),)),
        ]
    },
    "instructions": {
        "text_instructions": [{"id": _id(2), "content": ["Amounts are net. Leave out test orders.\n",
                                                        "The fiscal year begins in April; weeks begin on Monday.\n"]}],
        "example_question_sqls": [
            {"id": _id(3), "question": ["What did we sell by region?"],
             "sql": ["SELECT c.region, SUM(o.amount) AS revenue\n", "FROM main.sales.orders AS o\n",
                     "JOIN main.sales.customers AS c ON c.customer_id = o.customer_id\n", "GROUP BY c.region\n"]}
        ],
        "join_specs": [
            {"id": _id(4), "left": {"identifier": "main.sales.orders", "alias": "orders"},
             "right": {"identifier": "main.sales.customers", "alias": "customers"},
             "sql": ["`orders`.`customer_id` = `customers`.`customer_id`", "--rt=FROM_RELATIONSHIP_TYPE_MANY_TO_ONE--"]}
        ],
    },
}  # fmt: skip
THIN = {"version": 2, "data_sources": {"tables": [_table("main.finance.ledger"), _table("main.finance.plan")]}}
SPACES = (
    ("genie-space-18", "Sales genie", "Questions about orders and customers", OWNER, SALES, "/Shared/Sales"),
    (_id(0xF1), "Finance (draft)", "", OTHER, THIN, f"/Users/{OTHER}"),
)


def seed(state: State, now: str) -> None:
    """The spaces of a new workspace with an account; the app may look at and change them, their owners manage them."""
    state.things("folders")["/Shared/Sales"] = {"path": "/Shared/Sales"}
    warehouse = next(iter(state.things("warehouses")), "a1b2c3d4e5f60718")
    for id_, title, about, owner, content, folder in SPACES:
        state.things("spaces")[id_] = {
            "space_id": id_, "title": title, "description": about or None, "warehouse_id": warehouse,
            "parent_path": folder, "content": json.loads(json.dumps(content)), "etag": id_[-8:], "create_time": now,
            "update_time": now, "trashed": False,
        }  # fmt: skip
        state.acl("genie", id_).update({owner: "CAN_MANAGE", APP: "CAN_MANAGE"})
    _talk(state)


ASKED = """
SELECT executed_by, CAST(epoch_ms(start_time) AS BIGINT) AS at, query_source.genie_space_id AS space_id
FROM account.query.history
WHERE workspace_id = $workspace AND query_source.genie_space_id IS NOT NULL
  AND start_time >= (SELECT MAX(start_time) FROM account.query.history) - INTERVAL 60 DAY
ORDER BY start_time DESC, statement_id
LIMIT 2000
"""
"""Each statement of a space was a question; what a person asked in four weeks is a conversation."""
SPAN_MS = 28 * 86_400_000


def _talk(state: State) -> None:
    """The conversations behind the statements that the account's history has of spaces."""
    assert state.account is not None
    talks: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(reversed(state.account.rows(ASKED, workspace=WORKSPACE_ID))):
        if row["space_id"] not in state.things("spaces"):
            continue
        who, at = row["executed_by"], row["at"]
        person = state.people.get(who) or {"id": str(crc32(who.encode()))}
        talk = talks.setdefault(
            f"{row['space_id']} {who} {at // SPAN_MS}",
            {"id": _id(0xC0000 + number), "conversation_id": _id(0xC0000 + number), "space_id": row["space_id"],
             "title": "What did we sell by region?", "user_id": int(person["id"]), "who": who,
             "created_timestamp": at, "last_updated_timestamp": at},
        )  # fmt: skip
        state.things("conversations")[talk["id"]] = talk
        id_ = _id(0xE0000 + number)
        state.things("messages")[id_] = {
            "id": id_, "conversation_id": talk["id"], "space_id": row["space_id"], "content": talk["title"],
            "user_id": int(person["id"]), "who": who, "created_timestamp": at, "status": "COMPLETED",
        }  # fmt: skip
