"""The truth: what happened, what was promised, what came of it."""
