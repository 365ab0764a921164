"""AWS Cost and Usage Report 2.0 (Data Exports) and the one before it, whose columns differ by separators only."""

from lib.files.bills.layout import BillLayout

AWS = BillLayout(
    cloud="AWS",
    title="AWS Cost and Usage Report",
    words=("aws", "cur"),
    day=("lineitemusagestartdate",),
    cost=("lineitemunblendedcost",),
    currency=("lineitemcurrencycode",),
    service=("lineitemproductcode",),
    tags=("resourcetags",),
    own=("lineitemproductcode", "productproductname", "product", "lineitemlegalentity", "billbillingentity",
         "lineitemlineitemdescription"),
    own_pattern="databricks|^aws marketplace$",
    # identity_line_item_id is another one in each report, says AWS
    line=("lineitemusageaccountid", "lineitemresourceid", "lineitemusagetype", "lineitemoperation",
          "lineitemlineitemtype", "lineitemavailabilityzone", "lineitemusageenddate"),
)  # fmt: skip
