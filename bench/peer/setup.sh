#!/bin/sh
# Makes the Python environment of the peers in bench/.venv. Needs python3 (3.11 or newer) with venv.
set -eu
cd "$(dirname "$0")/.."
"${PYTHON:-python3}" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement peer/requirements.txt
.venv/bin/python -c "import numpy, scipy, sklearn; print('numpy', numpy.__version__, '· scipy', scipy.__version__, '· scikit-learn', sklearn.__version__)"
