"""As cryptography has it, as far as modules import it: nothing is encrypted here."""
