module example.org/smoke/tools

go 1.24

require example.com/hello v1.0.0

require example.com/words v0.2.0 // indirect
