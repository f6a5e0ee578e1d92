"""The warehouse: every attempt, shift and decision in DuckDB, one file for each source.

The loader writes; everybody else asks, one statement at a time:

    Warehouse(home, "lab").query("SELECT outcome, count(*) AS calls FROM v_attempts GROUP BY 1")
"""

from dialer.warehouse.reading import Warehouse
from dialer.warehouse.summary import summary

__all__ = ["Warehouse", "summary"]
