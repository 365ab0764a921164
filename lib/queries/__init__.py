"""Every SQL statement, one file each, in Databricks SQL; `catalogue.py` finds and reads them."""
