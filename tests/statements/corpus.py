"""Statements of many kinds, for tests of what must hold for all."""

from tests.lint_cases import cases
from tests.statements.test_lint import CASES

MORE = [
    "SELECT o.order_date, SUM(i.net_amount) AS revenue FROM main.sales.orders o JOIN main.sales.order_items i ON i.order_id = o.order_id WHERE o.order_date >= DATE '2026-01-01' AND o.region = 'EMEA' GROUP BY o.order_date ORDER BY o.order_date",
    "WITH paid AS (SELECT invoice_id, SUM(amount) AS paid FROM main.finance.payments GROUP BY invoice_id) SELECT i.customer_id, i.amount - COALESCE(p.paid, 0) AS open FROM main.finance.invoices i LEFT JOIN paid p ON p.invoice_id = i.invoice_id WHERE i.due_date < DATE '2026-02-02'",
    "MERGE INTO main.sales.orders_silver AS t USING main.sales.orders AS s ON t.order_id = s.order_id AND s.load_date = DATE '2026-01-01' WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
    "INSERT INTO main.x.y (a, b) VALUES (1, 'one'), (2, 'two')",
    "UPDATE main.x.y SET a = 5 WHERE b IN ('p', 'q')",
    "DELETE FROM main.x.y WHERE day < DATE '2025-01-01'",
    "SHOW TABLES IN main.sales",
    "DESCRIBE TABLE main.sales.orders",
    "OPTIMIZE main.sales.orders WHERE day >= '2026-01-01'",
    "SELECT CASE WHEN a > 5 THEN 'big' ELSE 'small' END AS size, COUNT(*) FROM t GROUP BY CASE WHEN a > 5 THEN 'big' ELSE 'small' END",
    "SELECT t.a FROM t WHERE t.b = (SELECT MAX(u.b) FROM u WHERE u.k = t.k)",
]
CORPUS = list(
    dict.fromkeys([case.replace("¶", "") for kind in ("bad", "good") for _, case in cases(CASES, kind)] + MORE)
)
