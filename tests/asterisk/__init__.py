"""Against two real Asterisks: ours, and one that plays the carrier and records what is heard."""
