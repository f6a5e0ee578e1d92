"""What the listeners are measured on: recordings with a manifest. The edge of `audio`."""
