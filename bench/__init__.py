"""How fast Konferens is, told as ratios to yardsticks of the same run: `make bench`."""
