"""Who may do what: rules, accounts, log-ins and the record of who changed what."""
