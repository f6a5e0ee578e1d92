"""`dialer bench detection`: our ears beside Asterisk's, on recordings whose truth is known."""
