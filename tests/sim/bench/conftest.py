"""An Asterisk, for the test that needs one."""

from tests.asterisk_lab import asterisk_prefix

__all__ = ["asterisk_prefix"]
