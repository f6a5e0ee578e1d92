"""The border to Asterisk: the word "ARI" does not occur further in."""
