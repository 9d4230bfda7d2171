"""The codes in a picture (PGM), as ZXing reads them: a JSON list of texts."""

import json
import sys

import zxingcpp

with open(sys.argv[1], "rb") as file:
    _, size, _, pixels = file.read().split(b"\n", 3)
width, height = map(int, size.split())
picture = memoryview(pixels).cast("B", (height, width))
print(json.dumps([code.text for code in zxingcpp.read_barcodes(picture)]))
