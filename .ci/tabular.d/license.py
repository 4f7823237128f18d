"""Prints which license a text is."""

import sys

from identify import identify

print(identify.license_id(sys.argv[1]))
