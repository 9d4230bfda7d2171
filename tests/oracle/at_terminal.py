"""Runs a program at a terminal: ANSWERS (JSON), PROGRAM, its words. Each question, which ends in a colon and hides what
is typed, gets the next answer. Prints what the terminal showed, and ends as the program did."""

import json
import os
import pty
import sys
import termios
import time

answers = json.loads(sys.argv[1])
process, terminal = pty.fork()
if process == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown, read = b"", 0
while True:
    try:
        more = os.read(terminal, 4096)
    except OSError:  # Nobody is at the other end any more.
        break
    shown += more
    if answers and shown[read:].endswith(b": "):
        read = len(shown)
        # What is typed before it is hidden is thrown away.
        while termios.tcgetattr(terminal)[3] & termios.ECHO:
            time.sleep(0.01)
        os.write(terminal, answers.pop(0).encode() + b"\n")
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
