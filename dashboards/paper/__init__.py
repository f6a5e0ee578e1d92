"""Reports on paper and in files: a campaign's figures over a day, a week, a month."""
