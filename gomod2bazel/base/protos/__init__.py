"""The protobuf messages the driver reads and writes; made from the .proto files beside by tools/generate_protos."""
