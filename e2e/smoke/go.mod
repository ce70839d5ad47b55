module example.org/smoke

go 1.22

require example.com/words v0.2.0
