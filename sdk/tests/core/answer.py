"""Answer vectors: what this SDK says of each case of a folder, one JSON object a line.

    python -m sdk.tests.core.answer FOLDER

The folder holds files as `spec/vectors` does, without what they expect. By this command the conformance suite asks this
SDK (`docs/conformance.md`, Verifiers).
"""

import json
import sys
import tempfile
from pathlib import Path

from sdk.tests.core import vectors
from sdk.tests.core.test_vectors import SCHEMAS


def main(folder: Path) -> int:
    """Answer all cases; 0."""
    vectors.FOLDER = folder
    with tempfile.TemporaryDirectory() as place:
        for path in sorted(folder.rglob("*.json")):
            file = vectors.load(path.relative_to(folder).with_suffix("").as_posix())
            if file.schema in SCHEMAS:
                for case in file.cases:
                    told = SCHEMAS[file.schema](file, case, Path(place))
                    print(json.dumps({"file": file.name, "case": case["name"], **told}))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
