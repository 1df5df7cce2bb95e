#!/usr/bin/env bash
# Library:   Jinja2 3.1 (the Debian package python3-jinja2, seen with 3.1.2; the same with 3.1.6).
# Input:     a variable that the caller gives, read in a loop, a with block or a macro, and a set of that name at the end of
#            the template, which has not been executed yet.
# Behaviour: within the block the variable is undefined, and prints as nothing; outside it has its value. Without the later
#            set it has its value in both places.
# Exit code: 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chmod 755 .
apt-get download -q python3-jinja2 python3-markupsafe >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" .; done

cat > expected.txt <<'TEXT'
outside: Ann
in a loop:
in a with block:
in a macro:
in a loop, without the set: Ann
TEXT

cat > main.py <<'PY'
import jinja2

assert jinja2.__version__.startswith("3.1."), jinja2.__version__
later = "{% set name = 'Bob' %}"
for title, template in {
    "outside": "{{ name }}" + later,
    "in a loop": "{% for i in [1] %}{{ name }}{% endfor %}" + later,
    "in a with block": "{% with %}{{ name }}{% endwith %}" + later,
    "in a macro": "{% macro m() %}{{ name }}{% endmacro %}{{ m() }}" + later,
    "in a loop, without the set": "{% for i in [1] %}{{ name }}{% endfor %}",
}.items():
    print((title + ": " + jinja2.Template(template).render(name="Ann")).rstrip())
PY

PYTHONPATH="$folder/usr/lib/python3/dist-packages" /usr/bin/python3 main.py | tee seen.txt
diff expected.txt seen.txt
