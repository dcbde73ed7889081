#!/bin/sh
# drf-spectacular 0.30.0 with @stoplight/prism-cli 5.14.2: a mock made from the description of a paged Dutch government API never ends
# and sends its client to another host. (Open Klant's and Open Zaak's descriptions are made with drf-spectacular.)
# Expected: `next` of a mocked page of /contacts is empty, or an address of the mock itself.
# Seen: drf-spectacular writes the same fixed example into each paged list, http://api.example.org/accounts/?page=4, whatever the
#   resource and server; Prism answers with examples, so each page, the fourth too, has that next page.
# What it means: a client that follows `next` needs a bound of its own, and must not carry its token to the host that a page names.
set -eu
folder=$(mktemp -d)
trap 'kill "${mock:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet drf-spectacular==0.30.0 djangorestframework==3.18.3 Django==5.2.19
cat > "$folder/api.py" <<'PY'
import sys

import django
from django.conf import settings

settings.configure(
    ROOT_URLCONF="api", SECRET_KEY="-", INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "drf_spectacular"],
    REST_FRAMEWORK={"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema", "PAGE_SIZE": 100,
                    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination"},
    SPECTACULAR_SETTINGS={"SERVERS": [{"url": "https://contacts.example.nl/api/v1"}]},
)
django.setup()
from django.urls import path  # noqa: E402
from rest_framework import generics, serializers  # noqa: E402


class Contact(serializers.Serializer):
    channel = serializers.CharField()


class Contacts(generics.ListAPIView):
    serializer_class, queryset = Contact, []


urlpatterns = [path("contacts", Contacts.as_view())]
if __name__ == "__main__":
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.renderers import OpenApiYamlRenderer

    sys.stdout.buffer.write(OpenApiYamlRenderer().render(SchemaGenerator(patterns=urlpatterns).get_schema(public=True)))
PY
cd "$folder"
"$folder/venv/bin/python" api.py > api.yaml
npm install --silent --no-audit --no-fund @stoplight/prism-cli@5.14.2
node_modules/.bin/prism mock --port 18764 api.yaml > prism.log 2>&1 &
mock=$!
cat > follow.py <<'PY'
import base64
import json
import sys
import time
import urllib.request


def page(address):
    request = urllib.request.Request(address, headers={"Authorization": "Basic " + base64.b64encode(b"a:b").decode()})
    for _ in range(120):
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.5)
    sys.exit("the mock does not answer")


seen = [page(f"http://127.0.0.1:18764/contacts?page={number}")["next"] for number in (1, 4)]
print("next of page 1 and of page 4:", seen)
sys.exit(seen != ["http://api.example.org/accounts/?page=4"] * 2)
PY
"$folder/venv/bin/python" follow.py
