"""What tools that read C or assembly are shown of the machine; see builder/base/confine.py."""

visibility(["//rules/private/..."])

def add_visible(args, config, inputs, *, folders = True):
    """Adds the lines that tell the builder what its tools may read.

    Args:
        args: Args of a request.
        config: GoConfigInfo.
        inputs: depset of Files.
        folders: bool, whether they may read the folders that the build setting `visible` names. Assembly of the standard
            library reads nothing there, and is not compiled again where they are others.
    """
    args.add_all(inputs, format_each = "inputs=%s")
    if folders:
        args.add_all(config.visible, format_each = "visible=%s")
