# Written by mlops (builtin/serve-fastapi): change mlops.hcl instead.
