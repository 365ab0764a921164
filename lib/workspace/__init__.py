"""The workspace itself, through databricks-sdk: who is looking, warehouses, clusters, and the acts on them."""
