module example.com/hello

go 1.22

require example.com/words v0.2.0
