"""Getting and running an Asterisk of our own. (tests/asterisk drives one that runs.)"""
