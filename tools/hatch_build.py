"""Puts the packs and the worked examples into the wheel, beside the code that reads them.

A hook and not ``force-include``, which would copy them into an editable install too, where the
checkout's own must be the ones that load.
"""

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShippedFiles(BuildHookInterface):
    def initialize(self, version, build_data):
        if version == "standard":
            for folder in ("rubrics", "exercises", "sessions"):
                build_data["force_include"][folder] = f"interviewer/_shipped/{folder}"
