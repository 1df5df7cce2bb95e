#!/usr/bin/env bash
# Library:   Jinja2 3.1 with its extension loopcontrols (the Debian package python3-jinja2, seen with 3.1.2; the same with
#            3.1.6).
# Input:     a loop with else, which is for a sequence that is empty, over one that is not, all of whose items are skipped by
#            continue.
# Behaviour: else is executed after the items. An item that reaches the end of the loop keeps it from that.
# Exit code: 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chmod 755 .
apt-get download -q python3-jinja2 python3-markupsafe >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" .; done

cat > expected.txt <<'TEXT'
[]: empty
[1, 2]: 12empty
[1, 2, 3]: 12
TEXT

cat > main.py <<'PY'
import jinja2

assert jinja2.__version__.startswith("3.1."), jinja2.__version__
environment = jinja2.Environment(extensions=["jinja2.ext.loopcontrols"])
template = environment.from_string("{% for x in xs %}{% if x < 3 %}{{ x }}{% continue %}{% endif %}{% else %}empty{% endfor %}")
for xs in [], [1, 2], [1, 2, 3]:
    print(f"{xs}: {template.render(xs=xs)}")
PY

PYTHONPATH="$folder/usr/lib/python3/dist-packages" /usr/bin/python3 main.py | tee seen.txt
diff expected.txt seen.txt
