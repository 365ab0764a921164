-- The lakehouse tables that statements read, jobs write and the platform maintains.

CREATE TEMP TABLE lake_table AS
SELECT tbl, 'main' AS catalog, schema, name, gib, files, team, 'main.' || schema || '.' || name AS full_name,
  days_ago(700 - tbl * 7, 300) AS created_s
FROM (VALUES
  (1, 'sales', 'orders', 820.0, 5200, 1), (2, 'sales', 'order_items', 2400.0, 15400, 1), (3, 'sales', 'customers', 96.0, 640, 7),
  (4, 'sales', 'returns', 44.0, 900, 4), (5, 'sales', 'prices', 12.0, 210, 2), (6, 'finance', 'gl_entries', 310.0, 2100, 2),
  (7, 'finance', 'invoices', 130.0, 1400, 2), (8, 'finance', 'payments', 150.0, 1500, 2), (9, 'finance', 'budgets', 1.5, 30, 2),
  (10, 'marketing', 'web_events', 5800.0, 91000, 3), (11, 'marketing', 'campaigns', 3.0, 60, 3),
  (12, 'marketing', 'attribution', 410.0, 3300, 3), (13, 'supply', 'shipments', 280.0, 2900, 4), (14, 'supply', 'inventory', 190.0, 5100, 4),
  (15, 'supply', 'suppliers', 2.0, 24, 4), (16, 'supply', 'sensor_readings', 3600.0, 240000, 4),
  (17, 'crm', 'customer_360_wide', 1900.0, 12100, 7), (18, 'crm', 'contacts', 60.0, 800, 7), (19, 'crm', 'tickets', 85.0, 1200, 7),
  (20, 'ml', 'churn_features', 240.0, 1900, 5), (21, 'ml', 'recommendation_scores', 330.0, 2500, 5), (22, 'ml', 'embeddings', 720.0, 6100, 5),
  (23, 'risk', 'claims', 140.0, 1300, 6), (24, 'risk', 'fraud_alerts', 33.0, 700, 6), (25, 'risk', 'exposure_daily', 88.0, 950, 6),
  (26, 'web', 'sessions', 990.0, 8800, 8), (27, 'web', 'experiments', 14.0, 190, 8), (28, 'sales', 'daily_revenue', 6.0, 80, 3),
  (29, 'finance', 'legacy_ledger_copy', 510.0, 4100, 2), (30, 'marketing', 'old_segments', 75.0, 1000, 3),
  (31, 'sales', 'orders_silver', 790.0, 5000, 1), (32, 'sales', 'orders_gold', 120.0, 700, 1)
) AS t(tbl, schema, name, gib, files, team);
