"""Azure Cost Management exports of actual cost: enterprise agreement, customer agreement, pay as you go."""

from lib.files.bills.layout import BillLayout

AZURE = BillLayout(
    cloud="AZURE",
    title="Azure cost export",
    words=("azure",),
    day=("date", "usagedatetime", "usagedate"),
    cost=("costinbillingcurrency", "pretaxcost", "cost"),
    currency=("billingcurrency", "billingcurrencycode", "currency", "currencycode"),
    service=("metercategory", "servicename"),
    tags=("tags",),
    own=("metercategory", "servicename", "consumedservice", "productname", "product"),
    own_pattern="databricks",
    line=("subscriptionid", "subscriptionguid", "resourceid", "instanceid", "meterid", "metername", "chargetype",
          "pricingmodel", "frequency", "benefitid", "reservationid"),
    # the month comes first whatever the country
    day_formats=("%m/%d/%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%Y%m%d"),
)  # fmt: skip
