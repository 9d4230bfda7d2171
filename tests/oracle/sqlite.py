"""Runs one SQL statement in an SQLite file and prints its rows as JSON; or all of a file's.

Usage: sqlite.py DATABASE STATEMENT|FILE.sql
"""

import json
import sqlite3
import sys

database = sqlite3.connect(sys.argv[1])
if sys.argv[2].endswith(".sql"):
    with open(sys.argv[2], encoding="utf-8") as script:
        rows = database.executescript(script.read()).fetchall()
else:
    rows = database.execute(sys.argv[2]).fetchall()
database.commit()
database.close()
json.dump(rows, sys.stdout)
