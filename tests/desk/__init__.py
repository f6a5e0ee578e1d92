"""Tests of the pages and the desks behind them."""
