"""Runs Cookiecutter on a template with the clock of the tests: IN OUT CONTEXT [hooks]."""
import collections
import json
import os
import sys

if sys.version_info < (3, 12):
    # It prints an ordered dict otherwise; the tests are for what it prints today.
    class OrderedDict(collections.OrderedDict):
        def __repr__(self):
            return "OrderedDict(%r)" % dict(self) if self else "OrderedDict()"

    OrderedDict.__module__ = "collections"
    collections.OrderedDict = OrderedDict

import arrow  # noqa: E402

frozen = arrow.get(2026, 3, 4, 5, 6, 7, 890000)
arrow.now = lambda zone="local": frozen.to(zone)

import cookiecutter.main  # noqa: E402
import cookiecutter.generate as generate  # noqa: E402

hooks = sys.argv[4:] == ["hooks"]

# What templates see of the machine is what the tests give ours.
original = generate.generate_files


def generate_files(repo_dir, context, **rest):
    seen = context["cookiecutter"]
    if not hooks:
        seen["_template"], seen["_repo_dir"], seen["_output_dir"] = "SRC", "REPO", "OUT"
    return original(repo_dir=repo_dir, context=context, **rest)


cookiecutter.main.generate_files = generate_files
cookiecutter.main.cookiecutter(
    sys.argv[1], no_input=True, extra_context=json.loads(sys.argv[3]), output_dir=sys.argv[2],
    accept_hooks=hooks, default_config=True,
)
