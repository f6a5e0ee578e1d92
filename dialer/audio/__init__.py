"""What a listener hears on a line: samples in, what was heard out. No clock, no I/O."""
