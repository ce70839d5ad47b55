"""What tools that read C or assembly are shown of the machine; see builder/base/confine.py."""

visibility(["//rules/private/..."])

def add_visible(args, config, inputs):
    """Adds the lines that tell the builder what its tools may read.

    Args:
        args: Args of a request.
        config: GoConfigInfo.
        inputs: depset of Files.
    """
    args.add_all(inputs, format_each = "inputs=%s")
    args.add_all(config.visible, format_each = "visible=%s")
