"""Fills in the outcome of each row of table.json: what Jinja2 3.1 and mustache.js 4.2.0 make of its template.

Neither the tests nor the build run this. It needs Jinja2 3.1 (the Debian package python3-jinja2), Node, and a folder with
mustache.js, whose path is the argument:

    npm install --prefix FOLDER mustache@4.2.0
    python3 generate.py FOLDER

"variables" are those of all rows. A row has "engine" and "template", "outcome" or "error", and where we differ "ours" or
"refused", with the reason, a sentence of docs/sandbox/templates.md, in "why".
"""

import copy
import json
import pathlib
import subprocess
import sys

import jinja2

assert jinja2.__version__.startswith("3.1."), "Jinja2 3.1 is needed"
here = pathlib.Path(__file__).parent
table = json.loads((here / "table.json").read_text())
table["variables"] = json.loads(json.dumps(table["variables"], sort_keys=True))
jinja = jinja2.Environment(extensions=["jinja2.ext.loopcontrols"])


def render_jinja(template):
    try:
        return {"outcome": jinja.from_string(template).render(copy.deepcopy(table["variables"]))}
    except Exception:
        return {"error": True}


def render_mustache(templates):
    rows = json.dumps({"variables": table["variables"], "templates": templates})
    command = ["node", str(here / "generate.mjs"), str(pathlib.Path(sys.argv[1]).resolve())]
    return json.loads(subprocess.run(command, input=rows, capture_output=True, text=True, check=True).stdout)


mustache = render_mustache([row["template"] for row in table["rows"] if row["engine"] == "mustache"])
for row in table["rows"]:
    row.pop("outcome", None)
    row.pop("error", None)
    row.update(render_jinja(row["template"]) if row["engine"] == "jinja" else mustache.pop(0))

rows = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in table["rows"])
variables = json.dumps(table["variables"], ensure_ascii=False, sort_keys=True)
(here / "table.json").write_text('{\n  "variables": %s,\n  "rows": [\n%s\n  ]\n}\n' % (variables, rows))
