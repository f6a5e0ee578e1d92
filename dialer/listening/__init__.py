"""Worker processes that receive the calls' audio, listen to it, and tell the dialer."""
