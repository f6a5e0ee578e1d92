"""What people see in a browser: the pages, what they load, and the agents' desks behind them."""
