# Shared by the scripts beside it: names, messages, and where things are. To be sourced, from bash.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Where the package manager builds; its default, so that `swift build` by hand finds the same.
scratch=${BROKERTAP_SCRATCH:-.build}

# With the seconds since the script began, so that a log shows what takes long.
say() { printf '%s\n' "== $* (${SECONDS} s)" >&2; }

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# A Python that can validate JSON against a schema; empty where there is none.
python_with_jsonschema() {
    local python
    for python in .venv/bin/python3 python3 /usr/bin/python3; do
        if "$python" -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null; then
            printf '%s\n' "$python"
            return
        fi
    done
}

# A Node.js that has the test runner; empty where there is none.
node_that_tests() {
    local node
    for node in node nodejs; do
        if [ "$("$node" -p 'Number(process.versions.node.split(".")[0]) >= 18' 2>/dev/null)" = true ]; then
            command -v "$node"
            return
        fi
    done
}

# A Chromium, by any of its names; empty where there is none.
chromium_there() {
    local name
    for name in "${CHROMIUM:-chromium}" chromium chromium-browser google-chrome; do
        if command -v "$name" >/dev/null; then
            command -v "$name"
            return
        fi
    done
}
