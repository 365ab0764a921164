"""Reports that are sent by themselves: what each shows, when, to whom; and every one that was made, with its files."""

from lib.reporting.made import Made
from lib.reporting.making import make
from lib.reporting.plan import KINDS, ReportPlan, parse
from lib.reporting.rounds import round_of_reports, send_now
from lib.reporting.rules import drop_plan, save_plan

__all__ = ["KINDS", "Made", "ReportPlan", "drop_plan", "make", "parse", "round_of_reports", "save_plan", "send_now"]
