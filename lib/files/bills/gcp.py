"""Google Cloud's billing export, standard or detailed, taken out of BigQuery as Parquet or as CSV with JSON columns."""

from lib.files.bills.layout import BillLayout

GCP = BillLayout(
    cloud="GCP",
    title="GCP billing export",
    words=("gcp", "google"),
    day=("usagestarttime",),
    cost=("cost",),
    currency=("currency",),
    service=("servicedescription", "service"),
    tags=("labels",),
    own=("servicedescription", "service", "sellername"),
    own_pattern="databricks",
    line=("projectid", "project", "skuid", "skudescription", "sku", "resourcename", "resource", "resourceglobalname",
          "usageendtime", "costtype", "location", "exporttime"),
    credits=("credits",),
)  # fmt: skip
