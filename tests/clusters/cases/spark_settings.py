FOUND = {
    "AQE off": {"_spark_conf": {"spark.sql.adaptive.enabled": "false"}},
    "cache off": {"_spark_conf": {"spark.databricks.io.cache.enabled": "false"}},
}
CLEAN = {
    "not known": {},
    "fine": {"_spark_conf": {"spark.sql.adaptive.enabled": "true"}},
    "Photon needs no advice on its cache": {
        "photon": True,
        "_spark_conf": {"spark.databricks.io.cache.enabled": "false"},
    },
}
