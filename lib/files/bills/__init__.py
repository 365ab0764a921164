"""Cloud cost exports (AWS, Azure, Google Cloud): what the machines of Databricks cost, as the cloud billed it."""

from lib.files.bills.recognise import BillFile, recognise
from lib.files.bills.stage import BillStage

__all__ = ["BillFile", "BillStage", "recognise"]
