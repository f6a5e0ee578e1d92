"""The adapter without an Asterisk: tables of its messages, and a fake with its quirks."""
