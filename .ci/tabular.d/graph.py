"""The diagram of the README is the graph that DVC has, in the order in which DVC runs it.

Arguments: README.md, dvc.yaml, the output of `dvc dag --mermaid`, the stages as they ran.
"""

import re
import sys

import yaml

readme, pipeline, dag, ran = sys.argv[1:5]
readme = open(readme, encoding="utf-8").read()
stages = yaml.safe_load(open(pipeline, encoding="utf-8"))["stages"]
dag = open(dag, encoding="utf-8").read()
(diagram,) = re.findall(r"^```mermaid\n(.*?)^```$", readme, re.M | re.S)


def graph(text):
    """Names by node and edges between names."""
    names = dict(re.findall(r'^\s*(\w+)\[\(?"([^"]*)"\)?\]$', text, re.M))
    edges = {(names[a], names[b]) for a, b in re.findall(r"^\s*(\w+)\s*-->\s*(\w+)$", text, re.M)}
    return names, edges


names, edges = graph(diagram)
nodes = [name for key, name in names.items() if key.startswith("n")]
datasets = {name for key, name in names.items() if key.startswith("d")}
between = {(a, b) for a, b in edges if a not in datasets}
_, dvc = graph(dag)
assert between == dvc, f"the README draws {sorted(between)}, DVC has {sorted(dvc)}"
assert set(nodes) == set(stages), nodes
made = {out if isinstance(out, str) else next(iter(out)) for s in stages.values() for out in s.get("outs", []) + s.get("metrics", [])}
raw = {(d, name) for name, s in stages.items() for d in s["deps"] if d.startswith("data/") and d not in made}
drawn = {(a, b) for a, b in edges if a in datasets}
assert {b for _, b in raw} == {b for _, b in drawn} and len(drawn) == len(raw), (raw, drawn)
assert nodes == ran.split(), f"the README draws {nodes}, DVC ran {ran}"
table = re.findall(r"^\| `(\w+)` \|.*`python -m", readme, re.M)
assert table == nodes, f"the table has {table}"
print("the diagram, the table and DVC agree:", " ".join(nodes))
