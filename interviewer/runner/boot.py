"""Starts the judge under an interpreter that has torch and may not have this package.

Run by path. Registers ``interviewer`` from the folder this file lies in, so that nothing of the
app's own site-packages comes along: everything below is standard library and torch.
"""

import importlib.util
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def register() -> None:
    """Make ``import interviewer`` mean this copy, and take its folder off the path."""
    here = str(PACKAGE / "runner")
    sys.path[:] = [entry for entry in sys.path if entry not in ("", here)]
    spec = importlib.util.spec_from_file_location(
        "interviewer", PACKAGE / "__init__.py", submodule_search_locations=[str(PACKAGE)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["interviewer"] = module
    spec.loader.exec_module(module)


if __name__ == "__main__":
    register()
    if sys.argv[1:2] == ["worker"]:
        from interviewer.runner.launched import main

        main(sys.argv[2])
    else:
        from interviewer.runner.start import main

        main()
