"""The text of a license is that of the SPDX id that pyproject.toml names."""

import sys
import tomllib

from identify import identify

wanted = tomllib.load(open("pyproject.toml", "rb"))["project"]["license"]
found = identify.license_id(sys.argv[1])
assert found == wanted, f"{sys.argv[1]} is {found}, pyproject.toml says {wanted}"
