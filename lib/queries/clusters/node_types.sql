-- Node types of the account with their size and price: what a smaller machine is chosen from.
-- Row: (node_type)
-- Params: none
-- Returns: node_type STRING, cores DOUBLE, memory_mb BIGINT, gpus BIGINT, vm_price DOUBLE, dbu_rate DOUBLE, cloud STRING
SELECT
  n.node_type, MAX(n.core_count) AS cores, MAX(n.memory_mb) AS memory_mb, MAX(n.gpu_count) AS gpus,
  MAX(CAST(p.usd_per_hour AS DOUBLE)) AS vm_price, MAX(CAST(p.dbu_per_hour AS DOUBLE)) AS dbu_rate, MAX(p.cloud) AS cloud
FROM system.compute.node_types AS n
LEFT JOIN reference.vm_prices AS p ON p.node_type = n.node_type
WHERE n.node_type IS NOT NULL
GROUP BY n.node_type
