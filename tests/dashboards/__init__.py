"""Tests of the board, without a browser."""
