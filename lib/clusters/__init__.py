"""Clusters, warehouses and pools: the fleet, what is wrong with it, and how it is started and stopped safely."""
