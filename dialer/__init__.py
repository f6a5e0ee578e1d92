"""The dialer: decides whom to call when, and joins the people who answer to agents."""
