"""The protobuf messages the driver reads and writes; made by tools/generate_protos from the .proto files in this folder."""
