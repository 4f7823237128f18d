"""Renders with the real Jinja2: one JSON case a line in, one result a line out.

A case has "text" and may have "vars", "files", "env" (keyword arguments of the
Environment; "undefined" and "extensions" by short names) and "name". A result
has "out", or "class" and "message" and, where Jinja knows it, "line".
"""

import json
import re
import signal
import sys
import warnings

import jinja2
from jinja2.sandbox import SandboxedEnvironment

UNDEFINED = {
    "strict": jinja2.StrictUndefined,
    "chainable": jinja2.ChainableUndefined,
    "debug": jinja2.DebugUndefined,
}


class Slow(BaseException):
    pass


def alarm(*_):
    raise Slow()


def environment(case):
    args = dict(case.get("env") or {})
    sandbox = args.pop("sandbox", False)
    if "undefined" in args:
        args["undefined"] = UNDEFINED[args["undefined"]]
    args["extensions"] = ["jinja2.ext." + e for e in args.get("extensions", [])]
    args["loader"] = jinja2.DictLoader(case.get("files") or {})
    env = (SandboxedEnvironment if sandbox else jinja2.Environment)(**args)
    if "jinja2.ext.i18n" in args["extensions"]:
        env.install_null_translations(newstyle=False)
    return env


def run(case):
    try:
        signal.setitimer(signal.ITIMER_REAL, 5)
        env = environment(case)
        if "name" in case:
            template = env.get_template(case["name"])
        else:
            template = env.from_string(case["text"])
        out = template.render(case.get("vars") or {})
        return {"out": re.sub(r" at 0x[0-9a-f]+", " at 0x0", out)}
    except Slow:
        return {"class": "Slow"}
    except Exception as e:
        message = getattr(e, "message", None) if isinstance(e, jinja2.TemplateError) else None
        result = {"class": type(e).__name__, "message": str(e) if message is None else message}
        if isinstance(e, jinja2.TemplateSyntaxError):
            result["line"] = e.lineno
        return result
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main():
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, alarm)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


main()
