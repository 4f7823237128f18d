"""Evaluates a JSON list of expressions and writes what CPython makes of each.

A result is {"t": type, "s": str, "r": repr} or {"e": class, "m": message}.
Markup and escape are MarkupSafe's, where it is installed. With the argument
"unicode" it writes digests over all code points instead.
"""
import hashlib
import json
import sys
import warnings

warnings.simplefilter("ignore")

try:
    from markupsafe import Markup, escape
except ImportError:
    Markup = escape = None

QUESTIONS = ["isalnum", "isalpha", "isdecimal", "isdigit", "isidentifier", "islower",
             "isnumeric", "isprintable", "isspace", "istitle", "isupper"]
FORMS = ["capitalize", "casefold", "lower", "swapcase", "title", "upper"]


def one(source):
    try:
        v = eval(source, {"json": json, "Markup": Markup, "escape": escape})
        return {"t": type(v).__name__, "s": str(v), "r": repr(v)}
    except MemoryError:
        return {"e": "MemoryError", "m": ""}
    except Exception as e:
        return {"e": type(e).__name__, "m": str(e)}


def code_points():
    return [chr(i) for i in range(0xE1000) if not 0xD800 <= i < 0xE000 and not 0x32000 <= i < 0xE0000]


def digests():
    out = {}
    points = code_points()
    for q in QUESTIONS:
        text = "".join("1" if getattr(c, q)() else "0" for c in points)
        out[q] = hashlib.sha256(text.encode()).hexdigest()
    for f in FORMS:
        text = "".join("%x=%s;" % (ord(c), getattr(c, f)()) for c in points if getattr(c, f)() != c)
        out[f] = hashlib.sha256(text.encode()).hexdigest()
    text = "".join("1" if ("A" + c + "\u03a3").lower().endswith("\u03c2") else "0" for c in points)
    out["sigma"] = hashlib.sha256(text.encode()).hexdigest()
    text = "".join("%x=%d;" % (ord(c), int(c)) for c in points if c.isdecimal())
    out["int"] = hashlib.sha256(text.encode()).hexdigest()
    return out


if sys.argv[1:] == ["unicode"]:
    json.dump(digests(), sys.stdout, indent=1)
else:
    json.dump([one(s) for s in json.load(sys.stdin)], sys.stdout)
