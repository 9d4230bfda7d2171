"""Runs one SQL statement in an SQLite file and prints its rows as JSON.

Usage: sqlite.py DATABASE STATEMENT
"""

import json
import sqlite3
import sys

database = sqlite3.connect(sys.argv[1])
rows = database.execute(sys.argv[2]).fetchall()
database.commit()
database.close()
json.dump(rows, sys.stdout)
