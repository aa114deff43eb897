"""An artifact: a page for each side of it. All that it says of itself is what clients sent: see console/foreign.py."""
