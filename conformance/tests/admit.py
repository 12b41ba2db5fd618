"""The admission command of the tests' subject: admits a participant with the keys in an exchange's state directory.

python admit.py STATE PARTICIPANT ROLE,ROLE
"""

import sys
from pathlib import Path

from lading_server import operate

if __name__ == "__main__":
    operate.admit(Path(sys.argv[1]), sys.argv[2], roles=sys.argv[3].split(","))
