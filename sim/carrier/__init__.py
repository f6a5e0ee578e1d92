"""The lab carrier: a second Asterisk and a SIP responder that play the telephone network."""
