"""One person, everywhere: found, taken away as a file, erased with proof."""
