"""What holds for every test: no connection beyond this machine, in this process and in those that it starts."""

import os
import runpy
from pathlib import Path

OFFLINE = Path(__file__).parent / "offline"

runpy.run_path(str(OFFLINE / "sitecustomize.py"))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH", "")]))
