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

# The file of axe-core, which judges pages for readers with other eyes or none; empty where it cannot be fetched.
axe_core() {
    local python=$scratch/axe-venv/bin/python3 file
    file=$("$python" -c 'import axe_core_python, pathlib; print(pathlib.Path(axe_core_python.__file__).parent / "axe.min.js")' 2>/dev/null) || {
        { python3 -m venv "$scratch/axe-venv" && "$python" -m pip install -q --no-deps axe-core-python==0.1.0; } >&2 || return 0
        file=$("$python" -c 'import axe_core_python, pathlib; print(pathlib.Path(axe_core_python.__file__).parent / "axe.min.js")')
    }
    printf '%s\n' "$file"
}

# A Python that writes SPDX and knows Kubernetes' schema, in an environment of its own.
release_python() {
    local python=$scratch/release-venv/bin/python3
    if ! "$python" -c 'import spdx_tools.spdx, kubernetes_validate' 2>/dev/null; then
        python3 -m venv "$scratch/release-venv" >&2 || fail "python3 has no venv (Debian: apt-get install python3-venv)"
        "$python" -m pip install -q spdx-tools kubernetes-validate >&2 \
            || fail "spdx-tools and kubernetes-validate cannot be installed by pip"
    fi
    printf '%s\n' "$python"
}
