"""Announce what the Go program shout says: it is found among the runfiles of this program, wherever that runs."""

import subprocess
import sys

from python.runfiles import runfiles

found = runfiles.Create()
shout = found.Rlocation("_main/cmd/shout/shout_/shout")
said = subprocess.run([shout, *sys.argv[1:]], check=True, capture_output=True, text=True, env=found.EnvVars())
sys.stdout.write(f"It says:\n{said.stdout}")
