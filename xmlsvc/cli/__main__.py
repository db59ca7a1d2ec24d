"""`python -m xmlsvc.cli`: the same as the command `xmlsvc`."""

import sys

from . import main

if __name__ == "__main__":  # a worker process imports this module, too
    sys.exit(main())
