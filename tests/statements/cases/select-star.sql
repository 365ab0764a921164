-- bad
SELECT ¶* FROM main.sales.orders
SELECT a, ¶t.* FROM main.sales.orders AS t
SELECT⏎  ¶* EXCEPT (note)⏎FROM orders WHERE day = DATE '2026-01-01'
WITH x AS (SELECT ¶* FROM orders WHERE id = 1) SELECT id FROM x
CREATE TABLE copy_of_orders AS SELECT ¶* FROM orders
INSERT INTO t SELECT ¶* FROM s
/* '*' */ SELECT ¶* FROM t -- SELECT * FROM u
SELECT '*', ¶* FROM t
-- good
SELECT COUNT(*) FROM orders
SELECT a, b FROM orders
WITH x AS (SELECT a, b FROM orders) SELECT * FROM x
SELECT * FROM (SELECT a FROM orders) AS s
SELECT a FROM t WHERE EXISTS (SELECT * FROM u WHERE u.a = t.a)
SELECT 'SELECT * FROM orders' AS text_of_it
SELECT a -- SELECT * FROM t⏎FROM t
SELECT a * b AS product FROM t
MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *
SELECT `*` FROM t
