"""The page, on this machine alone: ``python app.py``, the same as ``cot-engine app``."""

import sys

from cot_engine.cli import main
from cot_engine.ui.page import build_demo

__all__ = ["build_demo"]

if __name__ == "__main__":
    sys.argv.insert(1, "app")
    main()
