print("vector-check")
