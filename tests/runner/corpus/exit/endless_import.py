# Imports itself for ever.
# exercise: softmax
# expect: TIMEOUT
# says: import of your file
import importlib
import sys

while True:
    sys.modules.pop("colorsys", None)
    importlib.import_module("colorsys")
