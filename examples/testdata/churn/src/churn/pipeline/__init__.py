# Written by mlops (builtin/train-tabular): change mlops.hcl instead.
