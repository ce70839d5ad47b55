"""A flag of cgo, the package's folder, and the flag with it; tests/unit/builder/base/test_cgo_folders.py reads this table too."""

FLAGS = [
    ("-DX=1", "external/m/a", "-DX=1"),
    ("-I${SRCDIR}/inc", "external/m/a", "-Iexternal/m/a/inc"),
    ("-L${SRCDIR}", "a", "-La"),
    ("-I${SRCDIR:../inc}", "external/m/a", "-Iexternal/m/inc"),
    ("${SRCDIR:../..}/inc", "external/m/a/b", "external/m/inc"),
    ("-L${SRCDIR:./lib/../other/}/x", "external/m", "-Lexternal/m/other/x"),
    # More than one folder in a flag.
    ("-Wl,-rpath,${SRCDIR:..}:${SRCDIR}/lib:${SRCDIR:../c}", "m/a", "-Wl,-rpath,m:m/a/lib:m/c"),
]
